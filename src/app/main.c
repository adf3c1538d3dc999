/* main.c -- the only place that knows everything: reads the environment, wires the rooms, exits. */
#include "base/base.h"

int main(int argc, char **argv)
{
	printf("plait %s\n", PLAIT_VERSION);
	return argc > 99 ? argv[0][0] : 0;
}
