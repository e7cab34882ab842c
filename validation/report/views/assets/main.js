function refresh() {
  applyFilter(); flatten();
  const shownIssues = kinds.filter(k => k === 1).length;
  $("shown").textContent = number(shownFindings) + " of " + number(data.total) + " findings in " + number(shownIssues) + (shownIssues === 1 ? " issue" : " issues");
  remember();
  list.scrollTop = 0; active = 0; select(0);
  for (const tile of document.querySelectorAll("[data-severity]")) tile.setAttribute("aria-pressed", filter.severity.has(Number(tile.dataset.severity)));
  for (const tile of document.querySelectorAll("[data-state]")) tile.setAttribute("aria-pressed", filter.state.has(tile.dataset.state));
}
// the filters stand in the address, so that a link shows what was shown
function remember() {
  const said = new URLSearchParams();
  if (filter.severity.size) said.set("severity", [...filter.severity].sort().map(i => SEVERITIES[i]).join(","));
  if (filter.state.size) said.set("state", [...filter.state].sort().join(","));
  for (const name of ["dataset", "owner", "text"]) if (filter[name]) said.set(name, filter[name]);
  const hash = said.toString();
  if (hash || /[#&]?\w+=/.test(location.hash)) history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
}
function recall() {
  const said = new URLSearchParams(location.hash.slice(1)), parts = name => (said.get(name) || "").split(",").filter(Boolean);
  filter.severity = new Set(parts("severity").map(s => SEVERITIES.indexOf(s)).filter(i => i >= 0));
  filter.state = new Set(parts("state").filter(s => s === "Open" || s === "Explained" || CHANGES.includes(s)));
  for (const name of ["dataset", "owner", "text"]) filter[name] = $("f-" + name).value = said.get(name) || "";
}
function flip(set, key) { if (!set.delete(key)) set.add(key); refresh(); }
function chip(box, attribute, key, content) {
  const button = el("button", "", content);
  button.type = "button"; button.dataset[attribute] = key;
  box.append(button);
}
function options(select, all, values) {
  select.append(new Option(all, ""));
  for (const v of [...new Set(values)].filter(Boolean).sort()) select.append(new Option(shown(v), v));
}
SEVERITIES.forEach((s, i) => { if (G.severity.includes(i)) chip($("f-severity"), "severity", i, [icon(s, s), s]); });
for (const s of ["Open", "Explained", ...(data.compared ? CHANGES : [])]) chip($("f-state"), "state", s, s);
options($("f-dataset"), "all", G.dataset.map(c => P[c]));
options($("f-owner"), "all", Array.isArray(R.owner) ? R.owner.map(c => P[c]) : N ? [P[R.owner]] : []);
document.addEventListener("click", event => {
  const tile = event.target.closest("[data-severity],[data-state]");
  if (!tile) return;
  showTab("findings");
  if (tile.dataset.severity !== undefined) flip(filter.severity, Number(tile.dataset.severity)); else flip(filter.state, tile.dataset.state);
});
$("f-dataset").onchange = e => { filter.dataset = e.target.value; refresh(); };
$("f-owner").onchange = e => { filter.owner = e.target.value; refresh(); };
let timer = 0;
$("f-text").oninput = e => { clearTimeout(timer); timer = setTimeout(() => { filter.text = e.target.value; refresh(); }, 120); };
$("filters").onsubmit = e => e.preventDefault();
function clearFilters() {
  filter.severity.clear(); filter.state.clear(); filter.dataset = filter.owner = filter.text = "";
  $("filters").reset(); refresh();
}
$("f-clear").onclick = clearFilters;

const HEAD = [["severity", "Severity"], ["rule", "Rule"], ["dataset", "Data set"], ["variable", "Variable"], ["", "Rule says"], ["count", "Findings", "num"], ["subjects", "Subjects", "num"], ["", "Status"], ["", "First seen", "c-seen"]];
for (const [key, label, cls] of HEAD) {
  const cell = el("span", cls || "", key ? undefined : label);
  if (key) {
    const button = el("button", "", label);
    button.type = "button"; button.title = "Sort by " + label.toLowerCase();
    button.onclick = () => { sortBy(key); flatten(); list.scrollTop = 0; select(0); };
    cell.append(button);
  }
  $("head").append(cell);
}
list.addEventListener("scroll", draw, { passive: true });
addEventListener("resize", draw);
list.addEventListener("click", event => {
  const row = event.target.closest(".row");
  if (!row) return;
  const i = Number(row.dataset.i);
  if (kinds[i] < 3 && (event.target.closest(".tw") || i === active || !isOpen(i))) toggle(i); else select(i);
});
const KEYS = {
  ArrowDown: () => select(active + 1), ArrowUp: () => select(active - 1), Home: () => select(0), End: () => select(kinds.length - 1),
  PageDown: () => select(active + Math.floor(list.clientHeight / ROW)), PageUp: () => select(active - Math.floor(list.clientHeight / ROW)),
  ArrowRight: () => kinds[active] < 3 && !isOpen(active) ? toggle(active, true) : select(active + 1),
  ArrowLeft: () => isOpen(active) ? toggle(active, false) : select(parent(active)),
  Enter: () => toggle(active), " ": () => toggle(active),
};
list.addEventListener("keydown", event => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey || !kinds.length) return;
  event.preventDefault(); KEYS[event.key]();
});
document.addEventListener("keydown", event => {
  const typing = /INPUT|SELECT|TEXTAREA/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing) { event.preventDefault(); showTab("findings"); $("f-text").focus(); }
  if (event.key === "Escape") { clearFilters(); list.focus(); }
});

const tabs = [...document.querySelectorAll("[role=tab]")];
function showTab(name) {
  for (const tab of tabs) {
    const on = tab.getAttribute("aria-controls") === name;
    tab.setAttribute("aria-selected", on); tab.tabIndex = on ? 0 : -1;
    $(tab.getAttribute("aria-controls")).hidden = !on;
  }
  if (name === "findings") draw();
}
for (const tab of tabs) {
  tab.onclick = () => showTab(tab.getAttribute("aria-controls"));
  tab.onkeydown = event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    next.focus(); next.click();
  };
}
for (const link of document.querySelectorAll("[data-tab]")) link.onclick = () => showTab(link.dataset.tab);

const dark = matchMedia("(prefers-color-scheme: dark)");
let theme = location.hash === "#dark" ? "dark" : location.hash === "#light" ? "light" : "system";
function paintTheme() {
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  $("theme").textContent = "Theme: " + theme;
}
$("theme").onclick = () => { theme = { system: "light", light: "dark", dark: "system" }[theme]; paintTheme(); };
dark.addEventListener("change", paintTheme);

const PRINTED_VALUES = 25;
function paper() {
  const head = ["Severity", "Rule", "Data set", "Variable", "Rule says / value", "Findings", "Subjects", "Status", "Explanation"];
  const body = el("tbody"), row = (cls, cells) => { const tr = el("tr", cls); cells.forEach((c, i) => tr.append(el("td", i === 5 || i === 6 ? "num" : i === 4 && cls ? "indent" : "", c))); body.append(tr); };
  for (const n of order) {
    const issue = issues[n], g = issue.from, level = SEVERITIES[G.severity[g]];
    if (!issue.count) continue;
    row("", [el("span", level, [icon(level), level]), shown(P[G.rule[g]]), shown(P[G.dataset[g]]), shown(P[G.variable[g]]), el("b", "", shown(P[G.title[g]])), number(issue.count), issue.subjects ? number(issue.subjects) : "", "", ""]);
    let printed = 0, left = 0;
    for (let v = issue.from; v < issue.to; v++) {
      if (!groupCount[v]) continue;
      if (++printed > PRINTED_VALUES) { left++; continue; }
      row("v", ["", "", "", "", value(P[G.value[v]]), number(groupCount[v]), groupSubjects[v] ? number(groupSubjects[v]) : "", stateOf(v, v + 1), shown(P[G.explanation[v]])]);
    }
    if (left) row("v", ["", "", "", "", "and " + number(left) + " more values, in the file itself", "", "", "", ""]);
  }
  const table = el("table", "", [el("thead", "", el("tr", "", head.map((h, i) => el("th", i === 5 || i === 6 ? "num" : "", h)))), body]);
  $("paper").replaceChildren(el("p", "note", $("shown").textContent), el("div", "tablewrap", table));
}
for (const link of document.querySelectorAll("[data-set]")) link.onclick = () => {
  filter.dataset = $("f-dataset").value = link.dataset.set;
  showTab("findings"); refresh();
};

// the findings that the filters show, as a table for people who work in sheets; a cell is never a formula
function cell(text) { text = String(text); return '"' + (/^[=+\-@\t\r]/.test(text) ? "'" : "") + text.replace(/"/g, '""') + '"'; }
function table() {
  const lines = [["Severity", "Rule", "Data set", "Record", "Subject", "Key", "Variable", "Value", "Message", "Hint", "Owner", "Status", "Explanation", "First seen", "Raw cell", "Specification"].map(cell).join(",")];
  for (let g = 0; g < M; g++) for (let i = start[g]; i < start[g + 1]; i++) {
    if (!hit[i]) continue;
    const raw = P[at(R.raw_file, i)], spec = P[at(R.spec_file, i)], row = at(R.raw_row, i), line = at(R.spec_line, i);
    lines.push([SEVERITIES[G.severity[g]], P[G.rule[g]], P[G.dataset[g]], at(R.record, i) || "", P[at(R.subject, i)],
      keyOf(i).map(([k, v]) => k + "=" + v).join(", "), P[G.variable[g]], P[G.value[g]], P[at(R.message, i)], P[at(R.hint, i)], P[at(R.owner, i)],
      CHANGES[G.change[g]] + (G.asked[g] ? " (asked)" : G.explained[g] ? " (explained)" : ""), P[G.explanation[g]], P[G.first[g]],
      raw + (raw && row ? ":" + row : "") + (raw ? " " + P[at(R.raw_column, i)] : ""), spec + (spec && line ? ":" + line : "")].map(cell).join(","));
  }
  return "\ufeff" + lines.join("\r\n") + "\r\n";
}
$("f-save").onclick = () => {
  const link = el("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
  link.download = "findings.csv"; link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

const closed = () => document.querySelectorAll("details.block:not([open])");
let unfolded = [];
addEventListener("beforeprint", () => { paper(); unfolded = [...closed()]; unfolded.forEach(d => { d.open = true; }); });
addEventListener("afterprint", () => { $("paper").replaceChildren(); unfolded.forEach(d => { d.open = false; }); });
$("print").onclick = () => print();

list.parentElement.style.setProperty("--rule", Math.max(112, Math.min(innerWidth < 1300 ? 150 : 232, 6.6 * Math.max(0, ...[...new Set(G.rule)].map(c => P[c].length)) + 4)) + "px");
addEventListener("hashchange", () => { recall(); refresh(); });
paintTheme();
recall();
refresh();
