/* ui.c -- the web UI over HTTP.  Files below /static/ are named by what they hold, so browsers may keep them for good; the
 * page that names them is asked for each time. */
#include "api/ui.h"

#include <stdlib.h>

#include "api/ui_files.h"
#include "base/arena.h"

/* Scripts come from here only.  Styles may stand in elements: a dialog that stops the page behind it from scrolling does so. */
#define PAGE_POLICY                                                                    \
	"default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " \
	"object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static const char left_out[] =
	"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>plait</title>"
	"<h1>plait was built without its web UI</h1>"
	"<p>With Node.js 18 or newer and npm on the machine, <code>make</code> in its source tree "
	"builds it in.</p>"
	"<p>The command line does all the UI does: <code>plait help</code>. Programs ask "
	"<a href=\"/api/v1/health\">/api/v1</a>, which <a href=\"/openapi.yaml\">/openapi.yaml</a> "
	"describes.</p></html>";

struct ui {
	struct http_body **bodies; /* of ui_files; each made when first asked for */
};

struct ui *ui_new(void)
{
	struct ui *ui = heap_alloc(sizeof(*ui));

	ui->bodies = heap_alloc(ui_files_count * sizeof(struct http_body *));
	return ui;
}

void ui_free(struct ui *ui)
{
	if (!ui)
		return;
	for (size_t i = 0; i < ui_files_count; i++)
		http_body_release(ui->bodies[i]);
	free(ui->bodies);
	free(ui);
}

static bool find(sv path, size_t *ret)
{
	for (size_t i = 0; i < ui_files_count; i++) {
		if (!sv_eq(path, sv_of(ui_files[i].path)))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

static struct http_body *body_of(struct ui *ui, size_t i)
{
	const struct ui_file *file = &ui_files[i];

	if (!ui->bodies[i])
		ui->bodies[i] = http_body_new(sv_of(file->type), (sv){file->bytes, file->size});
	return ui->bodies[i];
}

static void refuse(struct exchange *x)
{
	struct err e;

	err_set(&e, ERR_NOT_FOUND, "nothing is at " SV_FMT, SV_ARG(exchange_path(x)));
	err_hint(&e, "/openapi.yaml lists what is");
	exchange_refuse(x, &e);
}

static void answer_page(struct ui *ui, struct exchange *x)
{
	size_t i;

	exchange_add_header(x, "Cache-Control", SV("no-cache"));
	exchange_add_header(x, "Content-Security-Policy", SV(PAGE_POLICY));
	if (find(SV("/index.html"), &i))
		exchange_answer_body(x, body_of(ui, i));
	else
		exchange_answer(x, 404, SV("text/html; charset=utf-8"), sv_of(left_out));
}

void ui_answer(struct ui *ui, struct exchange *x)
{
	sv path = exchange_path(x);
	bool kept = sv_starts(path, SV("/static/"));
	size_t i;

	if (find(path, &i) && !sv_eq(path, SV("/index.html"))) {
		exchange_add_header(x, "Cache-Control",
				    kept ? SV("public, max-age=31536000, immutable")
					 : SV("no-cache"));
		exchange_answer_body(x, body_of(ui, i));
	} else if (kept || sv_starts(path, SV("/api/"))) {
		refuse(x);
	} else {
		answer_page(ui, x);
	}
}
