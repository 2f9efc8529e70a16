"""Files → curriculum, event, teams: the only reader of the kit's and the event's folders."""

from workshop_kit.content.agenda_files import agenda_names, read_agenda
from workshop_kit.content.conversation_files import (
    conversations_of,
    load_conversations,
    load_trio,
    read_conversation,
    read_conversations,
)
from workshop_kit.content.curriculum_files import (
    load_curriculum,
    load_own_words,
    read_curriculum,
)
from workshop_kit.content.event_files import EventFiles, read_event, read_event_files
from workshop_kit.content.folders import is_inside, kit_folder
from workshop_kit.content.new_event import scaffold_event
from workshop_kit.content.teams_csv import TeamRow, read_teams
from workshop_kit.content.yaml_file import read_yaml

__all__ = [
    "EventFiles",
    "TeamRow",
    "agenda_names",
    "conversations_of",
    "is_inside",
    "kit_folder",
    "load_conversations",
    "load_curriculum",
    "load_own_words",
    "load_trio",
    "read_agenda",
    "read_conversation",
    "read_conversations",
    "read_curriculum",
    "read_event",
    "read_event_files",
    "read_teams",
    "read_yaml",
    "scaffold_event",
]
