/* label_width.h -- about how wide a text is drawn in the fonts of user interfaces.  An estimate: boxes are laid out
 * where no font is. */
#pragma once
#include "base/base.h"

float label_width(sv text, float size); /* pixels, for a font of that size */
