// Words of the article go into fields by selecting them, with the keyboard or the mouse.
//
// Without this file the page works: words are typed or pasted, sentences named by number. Offsets are Unicode code
// points of the article's text, as everywhere in the program: tokens say theirs (data-a, data-b), and what goes into a
// field is cut from the text by them, never read off the screen, where control characters are shown as signs.
"use strict";
(() => {
  const article = document.getElementById("article");
  const form = document.getElementById("label");
  const source = document.getElementById("source");
  if (!article || !form || !source) return;
  const text = Array.from(JSON.parse(source.textContent));
  const tokens = Array.from(article.querySelectorAll(".w"));
  const picker = document.querySelector(".picker");
  const picked = document.getElementById("picked");
  const take = document.getElementById("take");
  let field = null;
  let at = 0;
  let anchor = 0;
  let span = null;
  let changed = false;

  const start = (i) => Number(tokens[i].dataset.a);
  const end = (i) => Number(tokens[i].dataset.b);
  const sentence = (i) => tokens[i].parentElement;
  const name = (one) => {
    const box = one.closest("fieldset");
    const label = one.labels[0] ? one.labels[0].firstChild.textContent.trim() : one.name;
    const legend = box && box.querySelector("legend") ? box.querySelector("legend").textContent.trim() : "";
    return legend ? `${legend}: ${label}` : label;
  };

  function say() {
    const words = span ? text.slice(span[0], span[1]).join("") : "";
    const where = field ? ` for ${name(field)}` : "";
    picked.textContent = words ? `“${words}”${where}` : `Choose words${where}.`;
    take.disabled = !words || !field;
  }

  function mark() {
    tokens.forEach((token, i) => {
      token.classList.toggle("picked", Boolean(span) && start(i) < span[1] && end(i) > span[0]);
      token.classList.toggle("at", i === at && document.activeElement === article);
    });
    say();
  }

  function go(i, extend) {
    at = Math.max(0, Math.min(tokens.length - 1, i));
    if (!extend) anchor = at;
    span = [start(Math.min(at, anchor)), end(Math.max(at, anchor))];
    tokens[at].scrollIntoView({ block: "nearest" });
    mark();
  }

  function ends(i) {
    const all = tokens.filter((token) => token.parentElement === sentence(i));
    return [tokens.indexOf(all[0]), tokens.indexOf(all[all.length - 1])];
  }

  function neighbour(i, step) {
    const [first, last] = ends(i);
    const next = step > 0 ? last + 1 : first - 1;
    if (next < 0 || next >= tokens.length) return i;
    return ends(next)[0];
  }

  function put() {
    if (!field || !span) return;
    const words = text.slice(span[0], span[1]).join("");
    if (field.dataset.words === "line") {
      const line = words.replace(/\s+/g, " ");
      const rest = field.value.replace(/\n+$/, "");
      field.value = rest ? `${rest}\n${line}` : line;
      field.rows = field.value.split("\n").length;
    } else {
      field.value = field.tagName === "TEXTAREA" ? words : words.replace(/\s+/g, " ");
    }
    changed = true;
    leave();
  }

  function leave() {
    const back = field;
    span = null;
    if (back) back.focus();
    mark();
  }

  function choose(one) {
    if (field) field.classList.remove("target");
    field = one;
    if (field) field.classList.add("target");
  }

  form.addEventListener("focusin", (event) => {
    if (event.target.dataset && event.target.dataset.words) choose(event.target);
  });
  form.addEventListener("input", () => { changed = true; });

  const moves = {
    ArrowRight: (e) => go(at + 1, e.shiftKey),
    ArrowLeft: (e) => go(at - 1, e.shiftKey),
    ArrowDown: (e) => go(e.shiftKey ? ends(neighbour(at, 1))[1] : neighbour(at, 1), e.shiftKey),
    ArrowUp: (e) => go(neighbour(at, -1), e.shiftKey),
    Home: (e) => go(ends(at)[0], e.shiftKey),
    End: (e) => go(ends(at)[1], e.shiftKey),
    s: () => { const [first, last] = ends(at); go(first, false); go(last, true); },
    Enter: put,
    Escape: leave,
  };
  article.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (!move || !tokens.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(event);
  });
  article.addEventListener("focus", () => { if (tokens.length) (span ? mark() : go(at, false)); });
  article.addEventListener("blur", () => tokens.forEach((token) => token.classList.remove("at")));

  // A place in the page as code points of the text: exact inside a token that is shown as it is, else its edge.
  function place(node, offset, last) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const token = element.closest(".w");
    if (token) {
      const a = Number(token.dataset.a);
      const b = Number(token.dataset.b);
      const shown = token.textContent;
      if (node.nodeType !== Node.TEXT_NODE || shown !== text.slice(a, b).join("")) return last ? b : a;
      return a + Array.from(shown.slice(0, offset)).length;
    }
    const range = document.createRange();
    range.setStart(article, 0);
    range.setEnd(node, offset);
    const before = tokens.filter((one) => range.comparePoint(one, 0) <= 0);
    if (last) return before.length ? Number(before[before.length - 1].dataset.b) : 0;
    return before.length < tokens.length ? start(before.length) : text.length;
  }
  article.addEventListener("mouseup", () => {
    const chosen = window.getSelection();
    if (!chosen.rangeCount || !article.contains(chosen.anchorNode) || !article.contains(chosen.focusNode)) return;
    const range = chosen.getRangeAt(0);
    const a = place(range.startContainer, range.startOffset, false);
    const b = place(range.endContainer, range.endOffset, true);
    const inside = tokens.findIndex((_, i) => start(i) <= a && a < end(i));
    if (inside >= 0) { at = inside; anchor = inside; }
    span = a < b ? [a, b] : inside >= 0 ? [start(inside), end(inside)] : span;
    chosen.removeAllRanges();
    mark();
  });
  take.addEventListener("click", put);

  document.addEventListener("keydown", (event) => {
    if (event.key === "F2" && field && document.activeElement === field && tokens.length) {
      event.preventDefault();
      const box = field.closest(".event");
      const number = box ? Number(box.querySelector(".badge").textContent) : 0;
      const first = number ? tokens.findIndex((one) => one.dataset.k && one.dataset.k.split(" ").includes(String(number))) : -1;
      if (first >= 0) at = first;
      span = null;
      article.focus();
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      document.getElementById("save").click();
    }
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  picker.hidden = false;
})();
