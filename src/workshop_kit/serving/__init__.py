"""An activity as a page in the browser, and an event's notebooks in JupyterLab. All on this machine.

    opening = choose_activity("stage-mapping", event_dir, "payments")
    with scratch_folder() as scratch:
        serve(Page(opening), scratch, announce=lambda address: ...)

`serve` answers at once with "Starting…", and loads Voilà or JupyterLab while that is on the screen.
Importing this package loads neither.
"""

from workshop_kit.serving.address import Address, open_in_browser
from workshop_kit.serving.choice import LabOpening, PageOpening, choose_activity, choose_folder
from workshop_kit.serving.server import Lab, Page, scratch_folder, serve

__all__ = [
    "Address",
    "Lab",
    "LabOpening",
    "Page",
    "PageOpening",
    "choose_activity",
    "choose_folder",
    "open_in_browser",
    "scratch_folder",
    "serve",
]
