/* links.h -- the current views, in memory: stands in for object/publish.h and the few looks at links of sys/file.h (meson.build). */
#pragma once
#include "world.h"

struct links {
	bool dead;  /* plait is: nothing moves any more */
	bool rough; /* now and then one cannot be prepared or moved */
};
extern struct links links;

void links_make(void);
void links_check(void); /* each stands as its committed pointer says; while plait lives and has nothing to do */
