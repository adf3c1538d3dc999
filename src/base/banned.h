/* banned.h -- calls that have cost others dearly do not compile here.  Each has a safer neighbour:
 * views and builders (base.h, buf.h) for text, sv_u64 for numbers, time.h for calendars. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof
#pragma GCC poison localtime gmtime ctime asctime tmpnam mktemp
