/* browser.h -- shows an address in the browser of who sits at this terminal, where there is one. */
#pragma once
#include "base/arena.h"

struct loop;

/* The words that open `url`: $BROWSER, or xdg-open where there is a display; ends with NULL.  NULL: there is none to open. */
const char *const *browser_words(struct arena *a, const char *(*getenv)(const char *name), sv url);
/* Starts it and leaves it; one that cannot be started opens nothing. */
void browser_open(struct loop *l, const char *const *words);
