/* table.h -- rows and columns on a terminal: sized to their content, cut where the terminal ends. */
#pragma once
#include "base/list.h"
#include "cli/page.h"

enum { TABLE_COLUMNS = 12 };

struct table_column {
	const char *title;
	bool right;      /* numbers */
	bool whole;      /* never cut: ids, states, times */
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
};

/* Adds one cell; after columns_count of them a row is full. */
void table_cell(struct table *t, enum style style, sv text);
/* Prints it.  A page without width (a pipe) gets every cell whole. */
void table_print(const struct table *t, struct page *p);
