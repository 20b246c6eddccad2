"use strict";
// Enlarges pictures; filters and sorts the gallery. No less-than sign and no ampersand: the page is XML, too.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const made = (tag, parent, text = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };

  // --- a picture at the size of the window; the arrow keys go through the pictures of its row
  const dialog = made("dialog", document.body);
  const shown = made("img", dialog);
  const bar = made("p", dialog);
  const caption = made("span", bar);
  let row = [];
  let at = 0;
  const show = index => {
    at = (index + row.length) % row.length;
    shown.src = row[at].src;
    shown.alt = row[at].alt;
    const about = row[at].closest("article, section");
    const name = about.dataset.name ?? about.querySelector("h2, h3").textContent.trim();
    caption.textContent = `${name} – ${row[at].alt}` + (row.length > 1 ? ` (${at + 1} of ${row.length})` : "");
  };
  const button = (text, action) => {
    const element = made("button", bar, text);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  };
  const steps = [button("‹ previous", () => show(at - 1)), button("next ›", () => show(at + 1))];
  button("close", () => dialog.close());
  dialog.setAttribute("aria-label", "Enlarged picture");
  dialog.addEventListener("keydown", event => {
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.key === "ArrowRight") show(at + 1);
  });
  dialog.addEventListener("click", event => {
    if (event.target === dialog || event.target === shown) dialog.close();
  });
  const enlarge = picture => {
    row = all("figure img", picture.closest(".pictures, .maps") ?? picture.parentNode.parentNode);
    for (const step of steps) step.hidden = row.length === 1;
    dialog.className = picture.closest(".maps") === null ? "" : "pixels";
    show(row.indexOf(picture));
    dialog.showModal();
  };
  for (const picture of all("figure img")) {
    picture.tabIndex = 0;
    picture.setAttribute("role", "button");
    picture.setAttribute("aria-label", "enlarge: " + picture.alt);
    picture.title = "click to enlarge";
    picture.addEventListener("click", () => enlarge(picture));
    picture.addEventListener("keydown", event => {
      if (!["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      enlarge(picture);
    });
  }

  // --- the gallery: each select filters by the data of its name, or sorts
  const byName = new Intl.Collator("en", { numeric: true });
  const orders = {
    worst: (a, b) => a.dataset.rank - b.dataset.rank,
    lowest: (a, b) => a.dataset.nfa - b.dataset.nfa || orders.worst(a, b),
    highest: (a, b) => b.dataset.nfa - a.dataset.nfa || orders.worst(a, b),
    name: (a, b) => byName.compare(a.dataset.name, b.dataset.name) || orders.worst(a, b),
  };
  for (const gallery of all(".gallery")) {
    const items = all(".sample", gallery);
    const filters = all("select[data-filter]", gallery);
    const order = gallery.querySelector("select[data-sort]");
    const status = gallery.querySelector("[role=status]");
    const update = () => {
      const fits = item => filters.every(f => f.value === "" || item.dataset[f.dataset.filter] === f.value);
      for (const item of items) item.hidden = !fits(item);
      gallery.append(...items.sort(orders[order.value]));
      status.textContent = `${items.filter(item => !item.hidden).length} of ${items.length} images shown`;
    };
    for (const select of all("select", gallery)) select.addEventListener("change", update);
    gallery.querySelector(".controls").hidden = false;
    update();
  }
})();
