// Makes the picture of a search's mentions one to look closer into, hour by hour, with the mouse or with buttons, and says
// the hours in view as a table. Without it there are the days.
"use strict";

(async () => {
  const figure = $("volume");
  const days = figure?.querySelector(".plot");
  if (!days || !window.uPlot) return;
  const answer = await fetch(figure.dataset.address).catch(() => null);
  if (!answer?.ok) return;
  const { data } = await answer.json();
  const series = [data.map(({ hour }) => Date.parse(hour) / 1000), data.map(({ mentions }) => mentions)];
  if (series[0].length < 2) return;

  const HOUR_S = 3600;
  const MOST_ROWS = 24 * 14; // more of them nobody reads
  const [first, last] = [series[0][0], series[0].at(-1)];
  const least = Math.min(6 * HOUR_S, last - first); // closer than that there is no line to see

  const make = (name, parts) => Object.assign(document.createElement(name), parts);
  const place = make("div", { className: "hours" });
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", words("volume-hours"));
  const said = figure.querySelector(".moment");
  const dayMark = clock({ day: "numeric", month: "short" });
  // A year ends on the date that it began with.
  const between = last - first > 300 * 86_400 ? clock({ day: "numeric", month: "short", year: "numeric", ...minute }) : thisYear;
  const isMirrored = document.dir === "rtl";
  const size = () => ({ width: place.clientWidth, height: 160 });
  let chart = null;
  let view = { min: first, max: last };
  let viewed = ""; // the same in words

  function draw() {
    const style = getComputedStyle(figure);
    const colour = (name) => style.getPropertyValue(name).trim();
    // A canvas knows no light-dark(): what the tokens come to stands on elements.
    const probe = document.createElement("span");
    figure.append(probe);
    const resolved = (name) => { probe.style.color = colour(name); return getComputedStyle(probe).color; };
    const [ink, quiet, line, accent] = ["--ink-2", "--ink-3", "--line", "--accent"].map(resolved);
    probe.remove();
    const font = `12px ${style.fontFamily}`;
    // Where all colours are the reader's own, a grid and an area would hide the line.
    const isForced = matchMedia("(forced-colors: active)").matches;
    const axis = { stroke: quiet, font, grid: { show: !isForced, stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
    const before = view;
    chart?.destroy();
    chart = new uPlot({
      ...size(),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), reader.zone),
      legend: { show: false },
      cursor: { points: { fill: accent }, drag: { x: true, y: false, setScale: false } },
      // As the days that it replaces: from right to left where that is how one reads.
      scales: { x: { dir: isMirrored ? -1 : 1 }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { ...axis, size: 32, values: (self, splits, _, __, step) => splits.map((at) => (step < 86_400 ? today : dayMark).format(at * 1000)), space: 90 },
        { ...axis, side: isMirrored ? 1 : 3, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000], values: (_, splits) => splits.map((count) => numbers.format(count)) },
      ],
      series: [{}, { stroke: ink, width: 1.5, fill: isForced ? undefined : line, points: { show: false } }],
      hooks: {
        setScale: [(self, key) => { if (key === "x") { view = { min: self.scales.x.min, max: self.scales.x.max }; tell(); } }],
        setSelect: [(self) => {
          const { left, width } = self.select;
          const ends = [left, left + width].map((at) => self.posToVal(at, "x"));
          if (width > 0) look(Math.min(...ends), Math.max(...ends));
          self.setSelect({ left: 0, width: 0 }, false);
        }],
        setCursor: [(self) => {
          const at = self.cursor.idx;
          said.textContent = at == null ? viewed : words("volume-hour", { time: thisYear.format(series[0][at] * 1000), count: series[1][at] });
        }],
      },
    }, series, place);
    chart.setScale("x", before);
  }

  // Shows whole hours around the middle of these: not too few, and none from before the first or after the last.
  function look(min, max) {
    const span = Math.min(last - first, Math.max(least, Math.round((max - min) / HOUR_S) * HOUR_S));
    const from = first + Math.round(((min + max - span) / 2 - first) / HOUR_S) * HOUR_S;
    const start = Math.min(Math.max(first, from), last - span);
    chart.setScale("x", { min: start, max: start + span });
  }

  // --- the same with buttons, for keys and fingers
  const buttons = make("div", { className: "look" });
  buttons.setAttribute("role", "group");
  buttons.setAttribute("aria-label", words("volume-look"));
  // What the line below the picture shows, without the hours that a mouse passes.
  const aloud = make("span", { className: "aloud" });
  aloud.setAttribute("role", "status");

  // One that can do nothing says so, and keeps the focus of whoever pressed it until there was no more.
  function button(name, step) {
    const one = make("button", { type: "button", className: "button", textContent: name });
    one.addEventListener("click", () => {
      if (one.getAttribute("aria-disabled") !== "true") step(view.min, view.max, (view.max - view.min) / 2);
    });
    buttons.append(one);
    return one;
  }
  const earlier = button(words("volume-earlier"), (min, max, half) => look(min - half, max - half));
  const later = button(words("volume-later"), (min, max, half) => look(min + half, max + half));
  const closer = button(words("volume-closer"), (min, max, half) => look(min + half / 2, max - half / 2));
  const further = button(words("volume-further"), (min, max, half) => look(min - half, max + half));
  const whole = button(words("volume-whole"), () => look(first, last));
  buttons.append(aloud);

  // --- and in numbers
  const table = make("details", { className: "wire" });
  table.append(make("summary", { textContent: words("volume-table") }));
  table.addEventListener("toggle", fill);

  const shown = () => [series[0].findIndex((at) => at >= view.min), series[0].findLastIndex((at) => at <= view.max)];

  function tell() {
    const isWhole = view.min <= first && view.max >= last;
    const isOff = [[earlier, view.min <= first], [later, view.max >= last], [closer, view.max - view.min <= least], [further, isWhole], [whole, isWhole]];
    for (const [one, off] of isOff) one.setAttribute("aria-disabled", String(off));
    const [from, to] = shown();
    const count = series[1].slice(from, to + 1).reduce((sum, mentions) => sum + mentions, 0);
    viewed = words("volume-hour", { time: between.formatRange(series[0][from] * 1000, (series[0][to] + HOUR_S) * 1000), count });
    for (const one of [said, aloud]) if (one.textContent !== viewed) one.textContent = viewed;
    fill();
  }

  function fill() {
    table.querySelector(":scope > :not(summary)")?.remove();
    if (!table.open) return;
    const [from, to] = shown();
    if (to - from + 1 > MOST_ROWS) {
      table.append(make("p", { className: "quiet", textContent: words("volume-too-many", { count: MOST_ROWS }) }));
      return;
    }
    const rows = make("table", { className: "table" });
    const head = rows.createTHead().insertRow();
    head.append(make("th", { scope: "col", textContent: words("volume-in-zone", { zone: reader.zone }) }));
    head.append(make("th", { scope: "col", className: "n", textContent: words("volume-mentions") }));
    const body = rows.createTBody();
    for (let at = from; at <= to; at += 1) {
      const row = body.insertRow();
      row.insertCell().textContent = thisYear.format(series[0][at] * 1000);
      Object.assign(row.insertCell(), { className: "n", textContent: numbers.format(series[1][at]) });
    }
    table.append(rows);
  }

  days.after(place);
  days.classList.add("printed");
  said.after(buttons, table);
  draw();
  new ResizeObserver(() => chart.setSize(size())).observe(place);
  for (const looks of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"]) matchMedia(looks).addEventListener("change", draw);
  // The colours may also be chosen, without a new page.
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
})();
