/* table.c -- natural widths first; when they do not fit, the widest columns that may be cut give way. */
#include "cli/table.h"

#include "cli/text.h"

enum { GAP = 2, LEAST_COLUMNS = 8 };

void table_cell(struct table *t, enum style style, sv text)
{
	*LIST_ADD(t->arena, &t->cells) = (struct table_cell){.text = text_line(t->arena, text),
							     .style = style};
}

static unsigned total_width(const struct table *t, const unsigned *widths)
{
	unsigned total = (unsigned)(t->columns_count - 1) * GAP;

	for (size_t i = 0; i < t->columns_count; i++)
		total += widths[i];
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
		if (!t->columns[i].whole && widths[i] > LEAST_COLUMNS &&
		    (found == NO_ID || widths[i] > widths[found]))
			found = i;
	return found;
}

static void fit(const struct table *t, unsigned *widths, unsigned columns)
{
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
	bool last = column + 1 == t->columns_count;

	if (t->columns[column].right)
		buf_addf(&p->buf, "%*s", blanks, "");
	page_add(p, cell->style, text);
	while (last && p->buf.n && p->buf.p[p->buf.n - 1] == ' ')
		p->buf.n--; /* empty last cells leave no blanks behind */
	if (last)
		page_line(p);
	else
		buf_addf(&p->buf, "%*s", (t->columns[column].right ? 0 : blanks) + GAP, "");
}

void table_print(const struct table *t, struct page *p)
{
	unsigned widths[TABLE_COLUMNS];

	assert(t->columns_count <= TABLE_COLUMNS && t->cells.n % t->columns_count == 0);
	natural_widths(t, widths);
	if (p->width)
		fit(t, widths, p->width);
	for (size_t i = 0; i < t->columns_count && !t->bare; i++) {
		struct table_cell title = {sv_of(t->columns[i].title), STYLE_DIM};

		print_cell(t, p, i, widths[i], &title);
	}
	for (size_t i = 0; i < t->cells.n; i++)
		print_cell(t, p, i % t->columns_count, widths[i % t->columns_count],
			   &t->cells.at[i]);
}
