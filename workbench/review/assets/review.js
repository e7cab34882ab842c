const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
function el(name, props, ...kids) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(props || {}))
    if (key in made && key !== "list") made[key] = value; else made.setAttribute(key, value);
  made.append(...kids.filter((kid) => kid !== null && kid !== undefined));
  return made;
}
function svg(name, props, ...kids) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(props || {})) made.setAttribute(key, value);
  made.append(...kids);
  return made;
}
const json = (id) => JSON.parse($(id).textContent);
const queries = json("d-queries");

// data sets: inflated when they are first needed
const cache = new Map();
function load(name) {
  if (!cache.has(name)) cache.set(name, inflate(name));
  return cache.get(name);
}
async function inflate(name) {
  const block = $("t-" + name);
  if (!block) return null;
  const bytes = Uint8Array.from(atob(block.textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = await new Response(stream).arrayBuffer();
  const length = new DataView(data).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  const types = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };
  const columns = new Map();
  for (const one of head.columns)
    columns.set(one.name, { values: one.values, codes: new types[one.type](data, 4 + length + one.at, head.n) });
  const table = { name, label: head.label, n: head.n, columns, names: [...columns.keys()].filter((n) => n[0] !== "_") };
  table.get = (row, column) => {
    const found = columns.get(column);
    const code = found ? found.codes[row] : 0;
    return code ? found.values[code - 1] : "";
  };
  return table;
}
function rowsOf(table, subject) {
  const column = table && table.columns.get("USUBJID");
  if (!column) return [];
  const code = column.values.indexOf(subject) + 1, found = [];
  if (code) for (let i = 0; i < table.n; i++) if (column.codes[i] === code) found.push(i);
  return found;
}

// pages
const pages = [...document.querySelectorAll("section.page")];
function address() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}
function go(more) {
  const now = { ...address(), ...more };
  for (const key of Object.keys(now)) if (!now[key]) delete now[key];
  history.replaceState(null, "", "#" + new URLSearchParams(now));
  show();
}
function show() {
  const now = address();
  const page = pages.some((p) => p.id === now.p) ? now.p : now.s ? "subjects" : pages[0].id;
  for (const one of pages) one.hidden = one.id !== page;
  for (const link of document.querySelectorAll("nav a"))
    if (link.dataset.page === page) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  if (page === "subjects") showSubject(now.s);
  if (page === "listings") showListing(now.d);
}

// questions
const qHead = ["id", "state", "subject", "question", "value", "raw", "form", "item", "record", "site", "owner", "age", "why"];
let qSort = ["state", 1];
function showQueries() {
  const text = $("q-text").value.toLowerCase(), state = $("q-state").value, owner = $("q-owner").value;
  const wanted = queries.filter((q) => (!state || (state === "*open" ? !["closed", "withdrawn"].includes(q.state) : q.state === state))
    && (!owner || q.owner === owner) && (!text || Object.values(q).join("\u0001").toLowerCase().includes(text)));
  const [key, way] = qSort;
  wanted.sort((a, b) => way * String(a[key] ?? "").localeCompare(String(b[key] ?? ""), undefined, { numeric: true }));
  const body = wanted.slice(0, 500).map((q) => el("tr", {}, ...qHead.map((name) => {
    if (name === "state") return el("td", {}, el("span", { className: "state " + q.state }, q.state + (q.unchecked ? " · not checked" : "")));
    if (name === "subject" && q.subject) return el("td", {}, el("a", { href: "#p=subjects&s=" + encodeURIComponent(q.subject) }, q.subject));
    if (name === "why") return el("td", {}, [q.why, q.unchecked].filter(Boolean).join("; "));
    return el("td", { className: { age: "n", raw: "raw wide", question: "wide", value: "part" }[name] ?? "" }, String(q[name] ?? ""));
  })));
  $("q-body").replaceChildren(...body);
  $("q-count").textContent = wanted.length + " of " + queries.length + (wanted.length > 500 ? ", the first 500 shown" : "");
  for (const cell of document.querySelectorAll("#q-head th"))
    cell.setAttribute("aria-sort", cell.dataset.key === key ? (way > 0 ? "ascending" : "descending") : "none");
}
function startQueries() {
  $("q-head").append(...qHead.map((name) => {
    const cell = el("th", { scope: "col" }, el("button", { type: "button", onclick: () => { qSort = [name, qSort[0] === name ? -qSort[1] : 1]; showQueries(); } }, name));
    cell.dataset.key = name;
    return cell;
  }));
  const fill = (id, values) => $(id).append(...[...new Set(values)].sort().map((v) => el("option", { value: v }, v)));
  fill("q-state", queries.map((q) => q.state));
  fill("q-owner", queries.map((q) => q.owner));
  for (const id of ["q-text", "q-state", "q-owner"]) $(id).addEventListener("input", showQueries);
  showQueries();
}

// listings: only what is on screen is drawn
const list = { table: null, rows: [], sort: ["", 1] };
const HEIGHT = 28, AHEAD = 15;
async function showListing(name) {
  const names = [...$("l-set").options].map((o) => o.value);
  const wanted = names.includes(name) ? name : names[0];
  if (!wanted) return;
  $("l-set").value = wanted;
  const table = await load(wanted);
  if (list.table !== table) list.sort = ["", 1];
  list.table = table;
  const heads = [...table.names, "raw"].map((column) => {
    const cell = el("th", { scope: "col" }, el("button", { type: "button", onclick: () => { list.sort = [column, list.sort[0] === column ? -list.sort[1] : 1]; filterListing(); } }, column));
    cell.dataset.key = column;
    return cell;
  });
  $("l-head").replaceChildren(...heads);
  filterListing();
}
function raw(table, row) {
  const file = table.get(row, "_file");
  return file ? file + ":" + table.get(row, "_row") : "";
}
function filterListing() {
  const table = list.table, text = $("l-text").value.toLowerCase();
  let rows = [...Array(table.n).keys()];
  if (text) {
    const hits = [...table.columns.values()].map((c) => {
      const found = new Uint8Array(c.values.length + 1);
      c.values.forEach((v, i) => { if (String(v).toLowerCase().includes(text)) found[i + 1] = 1; });
      return [c.codes, found];
    });
    rows = rows.filter((i) => hits.some(([codes, found]) => found[codes[i]]));
  }
  const [key, way] = list.sort;
  if (key) {
    const name = key === "raw" ? "_row" : key, codes = table.columns.get(name)?.codes; // dictionaries are sorted
    if (codes) rows.sort((a, b) => way * (codes[a] - codes[b]) || a - b);
  }
  for (const cell of $("l-head").children)
    cell.setAttribute("aria-sort", cell.dataset.key === key ? (way > 0 ? "ascending" : "descending") : "none");
  list.rows = rows;
  $("l-box").scrollTop = 0;
  $("l-count").textContent = rows.length.toLocaleString("en") + " of " + table.n.toLocaleString("en") + " records";
  drawListing();
}
function drawListing() {
  const box = $("l-box"), from = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - AHEAD);
  const rows = list.rows.slice(from, from + Math.ceil(box.clientHeight / HEIGHT) + 2 * AHEAD);
  const wide = list.table.names.length + 1;
  const gap = (count) => el("tr", {}, el("td", { colSpan: wide, height: String(count * HEIGHT) }));
  const body = rows.map((i) => el("tr", {}, ...list.table.names.map((n) => el("td", {}, String(list.table.get(i, n)))), el("td", { className: "raw" }, raw(list.table, i))));
  const rest = list.rows.length - from - rows.length;
  $("l-body").replaceChildren(...(from ? [gap(from)] : []), ...body, ...(rest > 0 ? [gap(rest)] : []));
}

// subjects
const W = 900, LEFT = 136, RIGHT = 18;
async function startSubjects() {
  const dm = await load("DM");
  if (!dm) return;
  const people = [...Array(dm.n).keys()].map((i) => ({ id: dm.get(i, "USUBJID"), more: [dm.get(i, "SITEID"), dm.get(i, "SEX"), dm.get(i, "AGE")].filter((v) => v !== "").join(" · ") }));
  const head = people.length > 1 ? lead(people.map((p) => p.id)) : 0;
  const draw = () => {
    const text = $("s-text").value.toLowerCase();
    $("s-list").replaceChildren(...people.filter((p) => p.id.toLowerCase().includes(text)).map((p) => {
      const button = el("button", { type: "button", onclick: () => go({ p: "subjects", s: p.id }) }, p.id.slice(head), " ", el("small", {}, p.more));
      button.dataset.subject = p.id;
      button.setAttribute("aria-pressed", String(p.id === shown));
      return el("li", {}, button);
    }));
  };
  $("s-text").addEventListener("input", draw);
  draw();
}
function lead(texts) { // what all numbers begin with, up to a dash: the study
  let n = 0;
  while (texts.every((t) => n < t.length && t[n] === texts[0][n])) n++;
  return texts[0].slice(0, n).indexOf("-") + 1;
}
let shown = "";
const place = (day) => (day > 0 ? day - 1 : day); // there is no day 0
function subjectOf(dm, asked) {
  // an address may say a subject as the site does: 01-012
  for (let i = 0; i < dm.n; i++)
    if (dm.get(i, "USUBJID") === asked || dm.get(i, "SUBJID") === asked) return dm.get(i, "USUBJID");
  return "";
}
async function showSubject(asked) {
  const dm = await load("DM");
  if (!dm) return;
  shown = asked ? subjectOf(dm, asked) : dm.get(0, "USUBJID");
  for (const button of document.querySelectorAll("#s-list button")) {
    button.setAttribute("aria-pressed", String(button.dataset.subject === shown));
    if (button.dataset.subject === shown) { // in its list, not the page
      const list = $("s-list"), at = button.getBoundingClientRect(), box = list.getBoundingClientRect();
      if (at.top < box.top || at.bottom > box.bottom) list.scrollTop += at.top - box.top - (box.height - at.height) / 2;
    }
  }
  if (!shown) {
    $("s-name").textContent = "There is no subject " + asked + " on this page.";
    for (const id of ["s-asked", "s-picture", "s-undated", "s-detail"]) $(id).replaceChildren();
    return;
  }
  const sets = {};
  for (const name of ["EX", "AE", "CM", "LB", "PC", "RS", "DS"]) sets[name] = await load(name);
  drawProfile(shown, dm, sets);
}
function number(value) { return value === "" ? NaN : Number(value); }
function events(table, subject, prefix, label) {
  return rowsOf(table, subject).map((row) => ({
    table, row, start: number(table.get(row, prefix + "STDY")), end: number(table.get(row, prefix + "ENDY")),
    text: String(label(table, row)),
  }));
}
function points(table, subject, prefix) {
  return rowsOf(table, subject).map((row) => ({ table, row, day: number(table.get(row, prefix + "DY")), test: table.get(row, prefix + "TESTCD"), value: number(table.get(row, prefix + "STRESN")), text: String(table.get(row, prefix + "STRESC")) }));
}
function drawProfile(subject, dm, sets) {
  const me = rowsOf(dm, subject)[0];
  const ex = events(sets.EX, subject, "EX", (t, r) => t.get(r, "EXTRT"));
  const ae = events(sets.AE, subject, "AE", (t, r) => t.get(r, "AEDECOD") || t.get(r, "AETERM")).sort((a, b) => (a.start || 0) - (b.start || 0));
  const cm = events(sets.CM, subject, "CM", (t, r) => t.get(r, "CMDECOD") || t.get(r, "CMTRT")).sort((a, b) => (a.start || 0) - (b.start || 0));
  const lb = points(sets.LB, subject, "LB"), pc = points(sets.PC, subject, "PC"), rs = points(sets.RS, subject, "RS");
  const dead = days(dm.get(me, "RFSTDTC"), dm.get(me, "DTHDTC"));
  const all = [...ex, ...ae].flatMap((e) => [e.start, e.end]).concat(lb.map((p) => p.day), pc.map((p) => p.day), rs.map((p) => p.day), [dead, 1]).filter(Number.isFinite).map(place);
  const undated = [...ex, ...ae, ...cm].filter((e) => !Number.isFinite(e.start) && !Number.isFinite(e.end));
  const dated = (items) => items.filter((e) => Number.isFinite(e.start) || Number.isFinite(e.end));
  const low = Math.min(...all), high = Math.max(...all, low + 1);
  const x = (day) => LEFT + ((Math.max(low, Math.min(high, place(day))) - low) / (high - low)) * (W - LEFT - RIGHT);
  const parts = [];
  let y = 24;
  const lane = (title) => { const g = svg("g", { class: "lane", role: "group", "aria-label": title }); parts.push(g); return g; };
  const name = (g, text, at, soft) => g.append(svg("text", { x: 4, y: at, class: soft ? "soft" : "" }, text.length > 19 ? text.slice(0, 18) + "…" : text));
  const bars = (title, items, kind, most) => {
    if (!items.length) return;
    const g = lane(title);
    name(g, title, y + 10); y += 14;
    for (const one of items.slice(0, most)) {
      const from = Number.isFinite(one.start) ? x(one.start) : LEFT, ongoing = !Number.isFinite(one.end);
      const to = ongoing ? (kind === "ex" ? from + 4 : W - RIGHT) : x(one.end);
      const grade = kind === "ae" ? String(one.table.get(one.row, "AETOXGR")) : "";
      const m = mark(one, `${title}: ${one.text}${grade ? ", grade " + grade : ""}, day ${one.table.get(one.row, kind.toUpperCase() + "STDY") || "?"}`, kind + (grade ? " g" + grade : "") + (Number.isFinite(one.start) ? "" : " soft"));
      m.append(svg("rect", { x: from, y, width: Math.max(4, to - from), height: 11, rx: 2 }));
      if (ongoing && kind !== "ex") m.append(svg("path", { d: `M${to - 5} ${y + 1}l5 4.5l-5 4.5` }));
      g.append(m);
      if (grade) g.append(svg("text", { x: Math.min(from + Math.max(4, to - from) + 3, W - 10), y: y + 9 }, grade));
      name(g, one.text, y + 9, true);
      y += 14;
    }
    if (items.length > most) { name(g, `+ ${items.length - most} in listings`, y + 9, true); y += 14; }
    y += 8;
  };
  bars("Exposure", dated(ex), "ex", 14);
  bars("Adverse events", dated(ae), "ae", 40);
  bars("Medication", dated(cm), "cm", 12);
  const letters = rs.filter((p) => p.test === "OVRLRESP" && Number.isFinite(p.day));
  if (letters.length) {
    const g = lane("Response");
    name(g, "Response", y + 10);
    for (const p of letters) { const m = mark(p, `Response ${p.text}, day ${p.day}`, "rs"); m.append(svg("text", { x: x(p.day), y: y + 11, "font-weight": 600, "text-anchor": "middle" }, p.text)); g.append(m); }
    y += 24;
  }
  const series = (title, items, prefix, most, log) => {
    const by = new Map();
    for (const p of items) if (Number.isFinite(p.day) && Number.isFinite(p.value)) { if (!by.has(p.test)) by.set(p.test, []); by.get(p.test).push(p); }
    for (const [test, held] of [...by].sort((a, b) => b[1].length - a[1].length).slice(0, most)) {
      const g = lane(`${title} ${test}`), H = 42, scale = (v) => (log ? Math.log10(Math.max(v, 1e-3)) : v);
      held.sort((a, b) => a.day - b.day);
      const lows = held.map((p) => number(p.table.get(p.row, prefix + "STNRLO"))), highs = held.map((p) => number(p.table.get(p.row, prefix + "STNRHI")));
      const values = held.map((p) => scale(p.value)), bandLow = Math.min(...lows.filter(Number.isFinite)), bandHigh = Math.max(...highs.filter(Number.isFinite));
      const min = Math.min(...values, Number.isFinite(bandLow) ? scale(bandLow) : Infinity), max = Math.max(...values, Number.isFinite(bandHigh) ? scale(bandHigh) : -Infinity);
      const at = (v) => y + H - 3 - ((v - min) / (max - min || 1)) * (H - 6);
      if (Number.isFinite(bandLow) && Number.isFinite(bandHigh)) g.append(svg("rect", { class: "band", x: LEFT, y: at(scale(bandHigh)), width: W - LEFT - RIGHT, height: Math.max(1, at(scale(bandLow)) - at(scale(bandHigh))) }));
      g.append(svg("path", { d: held.map((p, i) => (i ? "L" : "M") + x(p.day).toFixed(1) + " " + at(values[i]).toFixed(1)).join("") }));
      const unit = held[0].table.get(held[0].row, prefix + "STRESU");
      name(g, test, y + 14); name(g, `${log ? "log " : ""}${unit}`, y + 27, true);
      held.forEach((p, i) => {
        const out = p.value < lows[i] || p.value > highs[i];
        const m = mark(p, `${test} ${p.text} ${unit}, day ${p.day}${out ? ", outside the range" : ""}`, out ? "out" : "");
        m.append(svg("circle", { cx: x(p.day), cy: at(values[i]), r: out ? 3.2 : 2.4 }));
        g.append(m);
      });
      y += H + 8;
    }
  };
  series("Laboratory", lb, "LB", 8, false);
  series("Kinetics", pc, "PC", 4, true);
  const axis = svg("g", { class: "axis", "aria-hidden": "true" });
  const ticks = new Set([...Array(7).keys()].map((k) => Math.round(low + ((high - low) * k) / 6)));
  for (const at of ticks) {
    const day = at >= 0 ? at + 1 : at, px = x(day);
    axis.append(svg("line", { x1: px, x2: px, y1: 18, y2: y }), svg("text", { x: px, y: 12, "text-anchor": at === high ? "end" : "middle" }, "day " + day));
  }
  for (const day of new Set(ex.map((e) => e.start).filter(Number.isFinite))) axis.append(svg("line", { class: "inf", x1: x(day), x2: x(day), y1: 18, y2: y }));
  if (Number.isFinite(dead)) axis.append(svg("line", { class: "dead", x1: x(dead), x2: x(dead), y1: 18, y2: y }), svg("text", { x: x(dead) - 4, y: y + 12, "text-anchor": "end" }, "death, day " + dead));
  const picture = svg("svg", { viewBox: `0 0 ${W} ${y + 18}`, role: "group", "aria-label": "Profile of " + subject });
  picture.append(axis, ...parts);
  $("s-picture").replaceChildren(...(parts.length ? [picture] : [el("p", {}, "Nothing of this subject has a study day" + (dm.get(me, "RFSTDTC") ? "." : ": there is no reference start (RFSTDTC)."))]));
  $("s-name").textContent = subject;
  askedOf(subject, [dm, ...Object.values(sets).filter(Boolean)]);
  $("s-undated").replaceChildren(...(undated.length ? [el("h3", {}, `Without a study day: ${undated.length}`), ...undated.map((e) => el("button", { type: "button", onclick: () => detail(e.table, e.row) }, `${e.table.name} ${e.text}`))] : []));
  const first = picture.querySelector(".mark");
  if (first) first.setAttribute("tabindex", "0");
  detail(dm, me);
}
function askedOf(subject, tables) { // open questions, with the raw cell; to the record where the page has it
  const open = queries.filter((q) => q.subject === subject && !["closed", "withdrawn"].includes(q.state));
  const record = (q) => {
    for (const table of tables)
      for (const row of q.raw ? rowsOf(table, subject) : []) {
        const cell = raw(table, row);
        if (cell && (q.raw === cell || q.raw.startsWith(cell + " "))) return [table, row];
      }
    return null;
  };
  const items = open.map((q) => {
    const found = record(q), said = [el("span", { className: "state " + q.state }, q.state + " " + q.id), " ", q.question || "", " ", el("span", { className: "raw soft" }, q.raw || "")];
    return el("li", {}, found ? el("button", { type: "button", onclick: () => detail(...found) }, ...said) : el("div", {}, ...said));
  });
  $("s-asked").replaceChildren(...(open.length ? [el("h3", {}, `Open questions: ${open.length}`), el("ul", {}, ...items)] : []));
}
function days(from, to) {
  if (String(from).length < 10 || String(to).length < 10) return NaN;
  const gap = Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 864e5);
  return gap < 0 ? gap : gap + 1;
}
function mark(one, title, kind) {
  const made = svg("g", { class: "mark " + kind, role: "button", tabindex: "-1", "aria-label": title });
  made.append(svg("title", {}, title));
  const open = () => detail(one.table, one.row);
  made.addEventListener("click", () => { made.focus(); open(); });
  made.addEventListener("focus", open);
  made.addEventListener("keydown", (event) => {
    const all = [...document.querySelectorAll("#s-picture .mark")], here = all.indexOf(made), group = made.parentNode;
    let next = null;
    if (event.key === "ArrowRight") next = all[here + 1];
    if (event.key === "ArrowLeft") next = all[here - 1];
    if (event.key === "ArrowDown") next = all.slice(here).find((m) => m.parentNode !== group);
    if (event.key === "ArrowUp") next = all.slice(0, here).reverse().find((m) => m.parentNode !== group);
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); }
    if (next) { event.preventDefault(); made.setAttribute("tabindex", "-1"); next.setAttribute("tabindex", "0"); next.focus(); }
  });
  return made;
}
function detail(table, row) {
  const cell = raw(table, row), rows = [];
  for (const name of table.names) { const value = table.get(row, name); if (value !== "") rows.push(el("dt", {}, name), el("dd", {}, String(value))); }
  const asked = queries.filter((q) => q.raw && cell && (q.raw === cell || q.raw.startsWith(cell + " ")));
  $("s-detail").replaceChildren(
    el("h2", {}, `${table.name} · ${table.label}`),
    el("p", { className: "raw" }, cell ? "raw " + cell : "made from other records"),
    ...asked.map((q) => el("p", {}, el("span", { className: "state " + q.state }, q.state + " " + q.id), " ", q.question || "")),
    el("h3", {}, "Record"), el("dl", {}, ...rows));
}

function start() {
  for (const node of document.querySelectorAll(".scripted")) node.hidden = false;
  for (const link of document.querySelectorAll("nav a")) link.addEventListener("click", (event) => { event.preventDefault(); go({ p: link.dataset.page }); });
  $("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.dataset.theme = dark ? "light" : "dark";
  });
  $("l-set").addEventListener("input", () => go({ d: $("l-set").value }));
  $("l-text").addEventListener("input", filterListing);
  $("l-box").addEventListener("scroll", drawListing);
  addEventListener("hashchange", show);
  startQueries();
  startSubjects().then(show);
}
start();
