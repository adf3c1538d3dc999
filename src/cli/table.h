/* table.h -- rows and columns on a terminal: sized to their content, cut where the terminal ends. */
#pragma once
#include "base/list.h"
#include "cli/page.h"

enum { TABLE_COLUMNS = 12 };

/* What becomes of a column where the terminal is too narrow. */
enum table_fit {
	TABLE_CUT,    /* its cells end in dots */
	TABLE_WHOLE,  /* never cut: ids, states, times */
	TABLE_NUMBER, /* never cut, and set to the right */
	TABLE_MINOR,  /* left out before another is cut */
	TABLE_BELOW,  /* the last column: its text goes on a line of its own */
};

struct table_column {
	const char *title;
	enum table_fit fit;
};

struct table_cell {
	sv text;
	enum style style;
};

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t columns_count;
	LIST(struct table_cell) cells; /* row by row */
	bool bare;                     /* without the header */
	unsigned indent;               /* blanks before each row */
};

/* Adds one cell; after columns_count of them a row is full. */
void table_cell(struct table *t, enum style style, sv text);
/* Prints it.  A page without width (a pipe) gets every cell whole. */
void table_print(const struct table *t, struct page *p);
