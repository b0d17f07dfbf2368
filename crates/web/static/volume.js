// Makes the picture of a search's mentions one to look closer into, hour by hour. Without it there are the days.
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

  const place = document.createElement("div");
  place.className = "hours";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", words("volume-hours"));
  const whole = figure.querySelector(".whole");
  const said = figure.querySelector(".moment");
  const dayMark = clock({ day: "numeric", month: "short" });
  const size = () => ({ width: place.clientWidth, height: 176 });
  let chart = null;

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
    const axis = { stroke: quiet, font, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 } };
    const whenZoomed = (self, key) => {
      if (key !== "x") return;
      const { min, max } = self.scales.x;
      whole.hidden = min <= series[0][0] && max >= series[0].at(-1);
    };
    chart?.destroy();
    chart = new uPlot({
      ...size(),
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), reader.zone),
      legend: { show: false },
      cursor: { points: { fill: accent }, drag: { x: true, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { ...axis, values: (self, splits, _, __, step) => splits.map((at) => (step < 86_400 ? today : dayMark).format(at * 1000)), space: 90 },
        { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000], values: (_, splits) => splits.map((count) => numbers.format(count)) },
      ],
      series: [{}, { stroke: ink, width: 1.5, fill: line, points: { show: false } }],
      hooks: {
        setScale: [whenZoomed],
        setCursor: [(self) => {
          const at = self.cursor.idx;
          said.textContent = at == null ? "" : words("volume-hour", { time: thisYear.format(series[0][at] * 1000), count: series[1][at] });
        }],
      },
    }, series, place);
  }

  days.after(place);
  days.classList.add("printed");
  draw();
  whole.addEventListener("click", () => { chart.setScale("x", { min: series[0][0], max: series[0].at(-1) }); figure.querySelector("a")?.focus(); });
  new ResizeObserver(() => chart.setSize(size())).observe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
