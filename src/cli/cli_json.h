/* cli_json.h -- the one JSON document that a command prints on its page. */
#pragma once
#include "cli/cli.h"
#include "view/document.h"

struct json cli_json(struct cli *c);              /* writes on the page, two blanks a level */
void cli_json_end(struct json *j, struct cli *c); /* the newline behind it */
