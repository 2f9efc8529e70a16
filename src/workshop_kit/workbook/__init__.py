"""What a workshop notebook calls: one team's pages, each a chart, a form or a `Twin`.

    book = Workbook(event_dir, team)
    book.opening("ladder-rewriting")

Only this team's row and ladder are read into it; of the other leaders' names it takes only that
nobody in a conversation shall have one. Facilitator's text (say, ask, watch for) is not to be had
from here: what a leader's notebook can't reach, it can't print.
"""

from workshop_kit.workbook.follow_up import FollowUp
from workshop_kit.workbook.ladder_rewriting import LadderRewriting
from workshop_kit.workbook.naming_the_transition import NamingTheTransition
from workshop_kit.workbook.stage_mapping import StageMapping
from workshop_kit.workbook.then_and_now import ThenAndNow

__all__ = ["Workbook"]


class Workbook(LadderRewriting, StageMapping, NamingTheTransition, FollowUp, ThenAndNow):
    """All pages of one team, for every activity and for the look backs after the event."""
