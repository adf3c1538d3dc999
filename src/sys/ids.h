/* ids.h -- new ids from the clock and the kernel's randomness. */
#pragma once
#include "base/arena.h"

sv ids_new(struct arena *a); /* a UUID version 7 as text */
double ids_random(void);     /* in [0,1) */
