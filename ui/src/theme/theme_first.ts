// Loaded by itself ahead of the page, so that a chosen theme does not flash.

import { applyTheme, readTheme } from "./chosen_theme";

applyTheme(readTheme());
