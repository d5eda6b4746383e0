
// Filters and sorts what is on the page already. Nothing here makes content, and the page is whole without it.
"use strict";
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const reasons = document.querySelector('form[data-for="reasons"]');
  const order = document.querySelector('form[data-for="matrix"]');
  const table = document.querySelector("table.matrix");
  const searched = (element) => ({ element, text: element.textContent.toLowerCase() });

  const entries = all(".entry").map(searched);
  const parts = all(".part").map((element) => ({ ...searched(element), open: element.open, entries: all(".entry", element) }));
  const columns = table ? all("thead th[data-project]", table) : [];
  const rows = table ? all("tr.item", table).map((element) => ({ ...searched(element), body: element.parentElement, cells: all("td", element) })) : [];

  function filter() {
    const project = reasons.elements.project ? reasons.elements.project.value : "";
    const standing = reasons.elements.standing.value;
    const words = reasons.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const says = (text) => words.every((word) => text.includes(word));
    const filtered = standing !== "" || words.length > 0;

    all("[data-project]").forEach((element) => { element.hidden = project !== "" && element.dataset.project !== project; });
    all(".project").forEach((element) => { element.hidden = project !== "" && element.id !== project; });
    let shown = 0;
    let there = 0;
    for (const entry of entries) {
      entry.element.hidden = !((standing === "" || entry.element.dataset.standing === standing) && says(entry.text));
      if (project === "" || entry.element.closest(".project").id === project) {
        there += 1;
        shown += entry.element.hidden ? 0 : 1;
      }
    }
    for (const part of parts) {
      const found = part.entries.length > 0 ? part.entries.some((entry) => !entry.hidden) : standing === "" && says(part.text);
      part.element.hidden = filtered && !found;
      part.element.open = filtered ? found : part.open;
    }
    for (const row of rows) {
      row.cells.forEach((cell, place) => { cell.hidden = columns[place].hidden; });
      const stands = standing === "" || row.cells.some((cell) => !cell.hidden && cell.classList.contains(standing));
      row.element.hidden = !(stands && says(row.text));
    }
    groups();
    reasons.querySelector("output").value = filtered || project !== "" ? `${shown} of ${there} lines` : "";
  }

  // A group's heading stands only above rows of its own.
  function groups() {
    if (!table) return;
    for (const body of table.tBodies) {
      const heading = body.querySelector("tr.group");
      if (heading) heading.hidden = !all("tr.item", body).some((row) => !row.hidden);
    }
  }

  const amount = (cell, what) => Number(cell.dataset[what] || 0);

  // The rows by some measure, the largest first; without one, as in the rules.
  function sort(measure) {
    const sorted = table.querySelector("tbody.sorted") || table.appendChild(document.createElement("tbody"));
    sorted.className = "sorted";
    if (measure) {
      const measured = rows.map((row) => ({ row, by: measure(row) }));
      measured.sort((a, b) => b.by[0] - a.by[0] || b.by[1] - a.by[1]);
      measured.forEach(({ row }) => sorted.append(row.element));
    } else {
      rows.forEach((row) => row.body.append(row.element));
    }
    groups();
  }

  function sum(row, what) {
    return row.cells.reduce((total, cell) => total + amount(cell, what), 0);
  }

  function unmark() {
    columns.forEach((column) => column.removeAttribute("aria-sort"));
  }

  if (table) {
    order.hidden = false;
    order.addEventListener("submit", (event) => event.preventDefault());
    order.elements.order.addEventListener("change", (event) => {
      const what = event.target.value;
      const other = what === "lost" ? "open" : "lost";
      unmark();
      sort(what === "" ? null : (row) => [sum(row, what), sum(row, other)]);
    });
    columns.forEach((column, place) => {
      column.querySelector(".plain").hidden = true;
      const button = column.querySelector("button");
      button.hidden = false;
      button.addEventListener("click", () => {
        const again = column.hasAttribute("aria-sort");
        unmark();
        order.elements.order.value = "";
        if (!again) column.setAttribute("aria-sort", "descending");
        sort(again ? null : (row) => [amount(row.cells[place], "lost"), amount(row.cells[place], "open")]);
      });
    });
  }

  reasons.hidden = false;
  reasons.addEventListener("submit", (event) => event.preventDefault());
  reasons.addEventListener("input", filter);
  reasons.addEventListener("reset", () => setTimeout(filter));

  // A link into something closed or filtered away shows it.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) {
      reasons.reset();
      filter();
    }
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Browsers that do not open details on paper by style do it here.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((element) => { element.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((element) => { element.open = false; }));
})();
