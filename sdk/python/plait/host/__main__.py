import sys

from plait.host import main

main(*sys.argv[1:])
