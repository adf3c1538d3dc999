/* table.c -- natural widths first; when they do not fit, remarks go below, minor columns go, and at last the widest columns
 * that may be cut give way. */
#include "cli/table.h"

#include <limits.h>

#include "cli/text.h"

enum { GAP = 2, LEAST_COLUMNS = 8, BELOW_INDENT = 4 };

static const unsigned GONE = UINT_MAX;

void table_cell(struct table *t, enum style style, sv text)
{
	*LIST_ADD(t->arena, &t->cells) = (struct table_cell){.text = text_line(t->arena, text),
							     .style = style};
}

static unsigned total_width(const struct table *t, const unsigned *widths)
{
	unsigned total = 0;

	for (size_t i = 0; i < t->columns_count; i++)
		if (widths[i] != GONE)
			total += widths[i] + (total ? GAP : 0);
	return total;
}

static void natural_widths(const struct table *t, unsigned *widths)
{
	for (size_t i = 0; i < t->columns_count; i++)
		widths[i] = t->bare ? 0 : text_width(sv_of(t->columns[i].title));
	for (size_t i = 0; i < t->cells.n; i++) {
		unsigned width = text_width(t->cells.at[i].text);
		unsigned *column = &widths[i % t->columns_count];

		*column = width > *column ? width : *column;
	}
}

/* The widest column that may be cut and is not down to the least; NO_ID when none is left. */
static uint32_t widest(const struct table *t, const unsigned *widths)
{
	uint32_t found = NO_ID;

	for (uint32_t i = 0; i < t->columns_count; i++)
		if (t->columns[i].fit == TABLE_CUT && widths[i] > LEAST_COLUMNS &&
		    (found == NO_ID || widths[i] > widths[found]))
			found = i;
	return found;
}

/* From the right, until the rest fits. */
static void leave_out(const struct table *t, unsigned *widths, unsigned columns)
{
	for (size_t i = t->columns_count; i-- > 0 && total_width(t, widths) > columns;)
		if (t->columns[i].fit >= TABLE_MINOR)
			widths[i] = GONE;
}

static void fit(const struct table *t, unsigned *widths, unsigned columns)
{
	leave_out(t, widths, columns);
	for (unsigned total = total_width(t, widths); total > columns; total--) {
		uint32_t i = widest(t, widths);

		if (i == NO_ID)
			return;
		widths[i]--;
	}
}

static void print_cell(const struct table *t, struct page *p, size_t column, unsigned width,
		       const struct table_cell *cell)
{
	sv text = text_cut(t->arena, cell->text, width);
	int blanks = (int)(width - text_width(text));

	bool right = t->columns[column].fit == TABLE_NUMBER;

	buf_addf(&p->buf, "%*s", right ? blanks : 0, "");
	page_add(p, cell->style, text);
	buf_addf(&p->buf, "%*s", (right ? 0 : blanks) + GAP, "");
}

static void print_below(struct page *p, const struct table_cell *cell)
{
	if (cell->text.n == 0)
		return;
	buf_addf(&p->buf, "%*s", BELOW_INDENT, "");
	page_add(p, cell->style, cell->text);
	page_line(p);
}

static void print_row(const struct table *t, struct page *p, const unsigned *widths,
		      const struct table_cell *cells)
{
	size_t last = t->columns_count - 1;

	buf_addf(&p->buf, "%*s", (int)t->indent, "");
	for (size_t i = 0; i <= last; i++)
		if (widths[i] != GONE)
			print_cell(t, p, i, widths[i], &cells[i]);
	while (p->buf.n && p->buf.p[p->buf.n - 1] == ' ')
		p->buf.n--; /* empty last cells leave no blanks behind */
	page_line(p);
	if (widths[last] == GONE && t->columns[last].fit == TABLE_BELOW)
		print_below(p, &cells[last]);
}

void table_print(const struct table *t, struct page *p)
{
	unsigned widths[TABLE_COLUMNS];
	struct table_cell titles[TABLE_COLUMNS];

	assert(t->columns_count <= TABLE_COLUMNS && t->cells.n % t->columns_count == 0);
	natural_widths(t, widths);
	if (p->width)
		fit(t, widths, p->width - t->indent);
	for (size_t i = 0; i < t->columns_count; i++)
		titles[i] = (struct table_cell){sv_of(t->columns[i].title), STYLE_DIM};
	if (!t->bare)
		print_row(t, p, widths, titles);
	for (size_t i = 0; i < t->cells.n; i += t->columns_count)
		print_row(t, p, widths, &t->cells.at[i]);
}
