import { useEffect } from "react";

/** From nowhere, the keys that move between rows lead to the first one in sight. */
export function useFirstRowKeys(sheet: HTMLElement | null) {
  useEffect(() => {
    if (!sheet) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isMove = ["ArrowDown", "ArrowUp", "j", "k"].includes(event.key);
      const isNowhere = document.activeElement === document.body || document.activeElement?.tagName === "H1";
      if (!isMove || !isNowhere || event.metaKey || event.ctrlKey || event.altKey) return;
      const row = sheet.querySelector<HTMLElement>("[role=row][tabindex]");
      if (!row) return;
      event.preventDefault();
      row.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [sheet]);
}
