// Keys on an article's page: j and k (or the arrows) go from event to event, Enter to the evidence of the one in focus.
"use strict";
(() => {
  const cards = () => [...document.querySelectorAll(".card")];
  const go = (step) => {
    const all = cards();
    if (!all.length) return false;
    const now = all.findIndex((card) => card.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(now + step, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
    const mark = document.querySelector(".text .m.k" + (next + 1));
    if (mark) mark.scrollIntoView({ block: "nearest" });
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const onCard = event.target.matches(".card");
    // The arrows scroll where they are not wanted: only from event to event do they move.
    const step = { j: 1, k: -1, ArrowDown: onCard ? 1 : 0, ArrowUp: onCard ? -1 : 0 }[event.key];
    if (step && go(step)) event.preventDefault();
    if (event.key === "Enter" && onCard) {
      const link = event.target.querySelector("a.ref");
      if (link) link.click();
    }
  });
})();
