/* disk.h -- the ledger's file: a real SQLite ledger in memory-backed storage, emptied between histories. */
#pragma once
#include "store/store.h"

void disk_make(void);
struct store *disk_clear(void); /* nothing is in it; owned here */
void disk_remove(void);         /* also from a signal handler */
