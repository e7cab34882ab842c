const ROW = 32, MOST = 12e6, SVG = "http://www.w3.org/2000/svg";
const $ = id => document.getElementById(id);
const list = $("list"), layer = $("layer"), space = $("space");
let active = 0;

function el(tag, cls, content) {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  for (const part of [].concat(content === undefined ? [] : content)) node.append(part);
  return node;
}
function icon(name, cls) {
  const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "#s-" + name);
  svg.setAttribute("aria-hidden", "true");
  if (cls) svg.setAttribute("class", cls);
  svg.append(use);
  return svg;
}
const number = n => n.toLocaleString("en-US");
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]/gu;
// values are data: control and direction marks are shown, never obeyed; so are blanks at the edges
function shown(text) {
  return escapeHidden(text).replace(/^ +| +$/g, s => "\u2423".repeat(s.length));
}
function escapeHidden(text) { return text.replace(HIDDEN, c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")); }
function value(text, cls) { return text === "" ? el("span", "muted", "(no value)") : el("span", "value " + (cls || ""), shown(text)); }
function changeTag(change, level) {
  if (data.compared) return el("span", "tag " + change, change);
  return level < 3 ? el("span", "tag", "Open") : el("span", "muted", "");
}
function stateOf(from, to) {
  const changes = new Set(); let explained = 0, asked = 0, all = 0;
  for (let g = from; g < to; g++) if (groupCount[g]) { changes.add(CHANGES[G.change[g]]); explained += G.explained[g]; asked += G.asked[g]; all++; }
  return explained && explained === all ? el("span", "tag ex", "Explained")
    : asked && asked === all ? el("span", "tag", "Asked")
    : changeTag(CHANGES.find(c => changes.has(c)), G.severity[from]);
}
function twist() {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 10 10"); svg.setAttribute("class", "tw"); svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M3 1l4 4-4 4z"); svg.append(path);
  return svg;
}

// the whole text, where a cell has no room for it
function named(tag, cls, text) {
  const cell = el(tag, cls, shown(text));
  cell.title = shown(text);
  return cell;
}
function issueRow(n) {
  const issue = issues[n], g = issue.from, level = SEVERITIES[G.severity[g]];
  const row = el("div", "row l1");
  const seen = []; for (let i = issue.from; i < issue.to; i++) seen.push(P[G.first[i]]);
  row.append(el("span", "sev " + level, [twist(), icon(level), level]), named("b", "rule", P[G.rule[g]]),
    named("b", "", P[G.dataset[g]]), named("span", "mono", P[G.variable[g]]), named("span", "msg", P[G[issue.to - issue.from === 1 && G.count[g] === 1 ? "message" : "title"][g]]),
    el("span", "num", number(issue.count)), el("span", "num", issue.subjects ? number(issue.subjects) : ""),
    stateOf(issue.from, issue.to), el("span", "c-seen muted", seen.sort()[0]));
  row.setAttribute("aria-expanded", issue.open);
  return row;
}
// several variables: each with its own value, where the details of the first record have them
function groupValue(g) {
  const more = P[at(R.details, start[g])], names = P[G.variable[g]].split(", ");
  const pairs = more && names.length > 1 ? Object.entries(JSON.parse(more)) : [];
  if (pairs.length < 2) return [value(P[G.value[g]])];
  return pairs.map(([name, v]) => el("span", "pair", [el("span", "muted", name + " "), v === "" ? el("span", "muted", "(blank)") : value(String(v))]));
}
function groupRow(g) {
  const row = el("div", "row l2");
  row.append(el("span", "first", [twist(), ...groupValue(g)]), el("span", "num", number(groupCount[g])),
    el("span", "num", groupSubjects[g] ? number(groupSubjects[g]) : ""), stateOf(g, g + 1), el("span", "c-seen muted", P[G.first[g]]));
  row.setAttribute("aria-expanded", Boolean(opened[g]));
  return row;
}
function recordRow(i) {
  const row = el("div", "row l3"), record = at(R.record, i), subject = P[at(R.subject, i)];
  const rest = keyOf(i).filter(([, v]) => v !== subject).map(([k, v]) => k + "=" + v).join("  ");
  const raw = P[at(R.raw_file, i)];
  row.append(el("span", "first num", record ? number(record) : "\u2013"), el("span", "value", shown(subject)), el("span", "mono", shown(rest)),
    raw ? el("span", "raw", shown(raw + (at(R.raw_row, i) ? ":" + at(R.raw_row, i) : ""))) : el("span", "", at(R.message, i) === G.message[groupOf(i)] ? "" : shown(P[at(R.message, i)])));
  return row;
}
const MAKE = { 1: issueRow, 2: groupRow, 3: recordRow };

let scheduled = false;
function draw() {
  if (!scheduled) { scheduled = true; requestAnimationFrame(paint); }
}
function extent() { return Math.min(kinds.length * ROW, MOST); }
function ratio() { // beyond some 12 million pixels browsers lose count, so scrolling is scaled there
  const room = extent() - list.clientHeight;
  return room > 0 ? (kinds.length * ROW - list.clientHeight) / room : 1;
}
function paint() {
  scheduled = false;
  const y = list.scrollTop * ratio(), first = Math.max(0, Math.floor(y / ROW) - 4);
  const last = Math.min(kinds.length, Math.ceil((y + list.clientHeight) / ROW) + 4), rows = [];
  for (let i = first; i < last; i++) {
    const row = MAKE[kinds[i]](refs[i]);
    row.style.top = (i * ROW - y) + "px";
    row.id = "r" + i; row.dataset.i = i;
    row.setAttribute("role", "row"); row.setAttribute("aria-level", kinds[i]); row.setAttribute("aria-rowindex", i + 1);
    for (const cell of row.children) cell.setAttribute("role", "gridcell");
    if (i === active) { row.classList.add("on"); row.setAttribute("aria-selected", "true"); }
    rows.push(row);
  }
  space.style.height = extent() + "px";
  layer.style.top = list.scrollTop + "px";
  layer.style.height = Math.min(list.clientHeight, kinds.length * ROW) + "px";
  layer.replaceChildren(...rows);
  if (!kinds.length) { layer.style.height = "60px"; layer.replaceChildren(el("p", "note empty", N ? "No finding matches the filters." : "No findings.")); }
  list.setAttribute("aria-rowcount", kinds.length);
  list.setAttribute("aria-activedescendant", kinds.length ? "r" + active : "");
}
function reveal(i) {
  const y = list.scrollTop * ratio(), top = i * ROW;
  if (top < y) list.scrollTop = top / ratio();
  else if (top + ROW > y + list.clientHeight) list.scrollTop = (top + ROW - list.clientHeight) / ratio();
}
function select(i) {
  if (!kinds.length) { detail(0, 0); draw(); return; }
  active = Math.max(0, Math.min(kinds.length - 1, i));
  reveal(active); detail(kinds[active], refs[active]); draw();
}
function toggle(i, open) {
  const kind = kinds[i], ref = refs[i];
  if (kind === 1) {
    const issue = issues[ref];
    issue.open = open === undefined ? !issue.open : open;
    if (issue.open && issue.to - issue.from === 1) opened[issue.from] = 1;
  } else if (kind === 2) opened[ref] = open === undefined ? 1 - opened[ref] : Number(open);
  else return;
  flatten(); select(i);
}
function isOpen(i) { return kinds[i] === 1 ? issues[refs[i]].open : kinds[i] === 2 ? Boolean(opened[refs[i]]) : false; }
function parent(i) { let p = i; while (p > 0 && kinds[p] >= kinds[i]) p--; return p; }
