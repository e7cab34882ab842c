"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll("#causes li")];
  const shown = 500;
  let chosen = -1;
  const sets = [...new Set(data.changes.map((c) => c[0]))].sort();
  for (const name of sets) {
    const option = document.createElement("option");
    option.value = option.textContent = name;
    by("dataset").append(option);
  }
  const element = (tag, text) => {
    const made = document.createElement(tag);
    made.textContent = text;
    return made;
  };
  const table = (heads, rows) => {
    const made = document.createElement("table");
    const head = made.createTHead().insertRow();
    for (const text of heads) {
      const cell = element("th", text);
      cell.scope = "col";
      head.append(cell);
    }
    const body = made.createTBody();
    for (const row of rows) {
      const line = body.insertRow();
      for (const text of row) line.append(element("td", text));
    }
    return made;
  };
  const fits = (change) => {
    const name = by("dataset").value;
    const subject = by("subject").value.trim();
    return (!name || change[0] === name) && (!subject || change[1].endsWith(subject));
  };
  const draw = () => {
    const filtered = data.changes.filter(fits);
    const groups = new Set(filtered.flatMap((c) => c[6]));
    const word = by("cause").value.trim().toLowerCase();
    const narrowed = by("dataset").value || by("subject").value.trim();
    let count = 0;
    for (const item of items) {
      const number = Number(item.dataset.group);
      const said = item.textContent.toLowerCase();
      const subject = by("subject").value.trim();
      const named = subject && !by("dataset").value && data.raw[number].some((r) => r[1] && (r[1].endsWith(subject) || subject.endsWith(r[1])));
      item.hidden = (narrowed && !groups.has(number) && !named) || (word && !said.includes(word));
      count += item.hidden ? 0 : 1;
      item.firstChild.setAttribute("aria-pressed", String(number === chosen));
    }
    const open = new Set(items.filter((i) => !i.hidden).map((i) => Number(i.dataset.group)));
    const rows = chosen < 0
      ? filtered.filter((c) => !c[6].length || c[6].some((g) => open.has(g)))
      : filtered.filter((c) => c[6].includes(chosen));
    by("count").textContent = `${count} of ${items.length} causes, ${rows.length} changes`;
    by("chosen").textContent = chosen < 0
      ? "All changes; choose a cause to see its own."
      : items[chosen].querySelector("b").textContent;
    const cells = chosen < 0 ? [] : data.raw[chosen].flatMap((r) => r[2].map((c) => [r[0].split(" (")[0], ...c]));
    by("raw").replaceChildren(...(cells.length ? [table(["raw row", "column", "before", "now"], cells)] : []));
    const lines = rows.slice(0, shown).map((c) => [c[0], c[1], c[2], c[3], c[4], c[5], c[7]]);
    const parts = [table(["data set", "subject", "record", "variable", "before", "now", "cause"], lines)];
    const left = rows.length - lines.length + data.left_out;
    if (left > 0) {
      const more = element("p", `${left} more: filter, or see the workbook or the JSON.`);
      more.className = "more";
      parts.push(more);
    }
    by("effects").replaceChildren(...(lines.length ? parts : [element("p", "No record of a data set changed.")]));
  };
  by("causes").addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    const number = Number(item.dataset.group);
    chosen = chosen === number ? -1 : number;
    draw();
  });
  by("filter").addEventListener("submit", (event) => event.preventDefault());
  by("filter").addEventListener("input", draw);
  draw();
})();
