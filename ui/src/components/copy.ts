import { toast } from "./toast";

/** Whether it was copied; where the browser does not let a page (one without https), that is said. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast({ tone: "warn", title: "The browser does not let this page copy", text });
    return false;
  }
}
