"""Conversation scripts ↔ Twee 3, the text format of Twine: to draw, play and change them there.

    twee = to_twee(script)
    yaml, problems = from_twee(read_story(path), "my-talk.twee", "my-talk.yaml")

What is written reads back as exactly the same script, also after Twine has sorted its passages. A
story made by hand in Twine becomes a script with empty keys, and a list of what to fill in.
"""

from workshop_kit.twee.script import from_twee, read_story
from workshop_kit.twee.story import to_twee

__all__ = ["from_twee", "read_story", "to_twee"]
