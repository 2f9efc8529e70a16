"""What a kernel and a worker need, imported and read ahead, in the process they are forked from.

Nothing here may start a thread, a socket, a database connection or an engine.
"""

import ipykernel.ipkernel
import ipykernel.kernelapp
import numpy
import pandas

import workshop_kit.workbook
