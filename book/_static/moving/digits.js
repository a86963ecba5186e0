/** The figure to draw a digit on, which the trained machine reads. */
"use strict";

(function ({ moving }) {
  const OUTPUTS = 10;
  const FULL = 9; // the digit of a pixel that is all ink
  const PIXEL = 0.92; // the side of its square, as drawn

  /** The weights, one row for each output, as whole numbers. @param {any} data */
  function table(data) {
    const bytes = Uint8Array.from(atob(data.weights), (letter) => letter.charCodeAt(0));
    const signed = new Int8Array(bytes.buffer);
    const pixels = signed.length / OUTPUTS;
    return Array.from({ length: OUTPUTS }, (_, k) => signed.subarray(k * pixels, (k + 1) * pixels));
  }

  /** Move every row of a picture to the right. @param {number[]} pixels @param {number} width @param {number} by */
  const shifted = (pixels, width, by) =>
    pixels.map((_, i) => {
      const from = (i % width) - by;
      return from < 0 || from >= width ? 0 : pixels[i - by];
    });

  /** Draw the squares of a picture, one shape for each strength of ink. @param {any} figure @param {number[]} pixels */
  function squares(figure, pixels) {
    const { x, y } = figure.axes.page;
    const { width } = figure.data;
    const paths = Array(FULL + 1).fill("");
    figure.kept.corners ??= pixels.map((_, i) => {
      const [left, top] = [x.at((i % width) - PIXEL / 2), y.at(Math.floor(i / width) - PIXEL / 2)];
      return `M${left.toFixed(1)} ${top.toFixed(1)}`;
    });
    const side = (PIXEL * (x.at(1) - x.at(0))).toFixed(1);
    const around = `l${side} 0 0 ${side}-${side} 0z`;
    pixels.forEach((ink, i) => {
      const level = Math.ceil(ink - 1e-9); // what the machine sees, the reader sees; not what rounding adds
      if (level) paths[level] += figure.kept.corners[i] + around;
    });
    for (let level = 1; level <= FULL; level++) {
      figure.parts(`ink${level}`)[0].querySelector("path").setAttribute("d", paths[level]);
    }
  }

  /** What is on the page: a picture that was there before, or the reader's own. */
  const inked = ({ values, data }) => [...(data.papers[values.paper] ?? values.ink)].map(Number);

  moving.kind("digits:reading", (figure) => {
    const { shift, noise, paper } = figure.values;
    const { width, grains, size, meant } = figure.data;
    const drawn = shifted(inked(figure), width, shift);
    const pixels = drawn.map((value, i) => (1 - noise) * value + noise * grains[i]);
    figure.kept.weights ??= table(figure.data);
    const says = figure.kept.weights.map((row) => (size / FULL) * pixels.reduce((sum, value, i) => sum + value * row[i], 0));
    const [first, second] = says.map((_, k) => k).sort((j, k) => says[k] - says[j]);
    squares(figure, pixels);
    const bar = (k) => [[k - 0.35, 0], [k + 0.35, 0], [k + 0.35, says[k]], [k - 0.35, says[k]], [k - 0.35, 0]];
    figure.parts("bars").forEach((part, k) => figure.trace(part, bar(k)));
    figure.line("loudest", bar(first));
    const gap = says[first] - says[second];
    const said = says.some((one) => Math.abs(one) >= 0.005);
    const outcome = said ? (gap < 0.1 ? "close" : "clear") : pixels.some(Boolean) ? "blind" : "nothing";
    const digit = meant[paper] ?? first;
    const miss = said && noise < 1 && digit !== first ? "miss" : "";
    return { outcome, first, second, most: says[first], next: says[second], digit, miss };
  }, pen);

  /** A pen on the page, for a hand and for keys. @param {any} figure */
  function pen(figure) {
    const { x, y } = figure.axes.page;
    const { width } = figure.data;
    const height = figure.values.ink.length / width;
    const wide = Math.max(width / 20, 0.5); // half the width of a stroke, as in the pictures it knows
    const [left, top] = [x.at(-0.5), y.at(-0.5)];
    const sheet = moving.shape("g", {
      class: "gd-page", tabindex: 0, role: "slider", "aria-label": figure.settings.ink.label,
      "aria-valuemin": 0, "aria-valuemax": width * height - 1,
    });
    const side = x.at(1) - x.at(0);
    const tip = moving.shape("rect", { class: "gd-tip", "fill-opacity": 0, width: side, height: side });
    sheet.append(
      moving.shape("rect", { "fill-opacity": 0, x: left, y: top, width: width * side, height: y.at(height - 0.5) - top }), tip);
    figure.svg.append(sheet);

    let [u, v] = [Math.floor(width / 2), Math.floor(height / 2)];
    let down = false;

    function show() {
      tip.setAttribute("x", `${x.at(u - 0.5)}`);
      tip.setAttribute("y", `${y.at(v - 0.5)}`);
      tip.classList.toggle("gd-down", down);
      sheet.setAttribute("aria-valuenow", `${v * width + u}`);
      sheet.setAttribute("aria-valuetext", `${u}, ${v}, ${figure.words[down ? "down" : "up"]}`);
    }

    /** Draw a stroke, and leave the pen at its end. @param {number} toU @param {number} toV */
    function stroke(toU, toV) {
      const pixels = shifted(inked(figure), width, figure.values.shift); // as they are seen
      const steps = Math.max(1, Math.ceil(2 * Math.hypot(toU - u, toV - v)));
      for (let step = 0; step <= steps; step++) {
        const [a, b] = [u + ((toU - u) * step) / steps, v + ((toV - v) * step) / steps];
        for (let i = Math.floor(b - wide); i <= b + wide + 1; i++) {
          for (let j = Math.floor(a - wide); j <= a + wide + 1; j++) {
            if (i < 0 || j < 0 || i >= height || j >= width) continue;
            const share = moving.within(wide + 0.5 - Math.hypot(i - b, j - a), 0, 1);
            pixels[i * width + j] = Math.max(pixels[i * width + j], Math.round(FULL * share));
          }
        }
      }
      Object.assign(figure.values, { paper: "own", shift: 0 });
      figure.set("ink", pixels.join(""));
      [u, v] = [toU, toV];
      show();
    }

    moving.grab(figure, sheet,
      ([across, below]) => {
        [u, v] = [x.back(across), y.back(below)];
        stroke(u, v);
      },
      ([across, below]) => stroke(x.back(across), y.back(below)),
      () => {
        [u, v] = [Math.round(u), Math.round(v)];
        show();
      });

    moving.keys(sheet, (way, fast, key) => {
      if (key === " ") {
        down = !down;
        if (down) stroke(u, v);
      } else if (way) {
        const far = fast ? 5 : 1;
        const across = moving.within(u + far * way[0], 0, width - 1);
        const below = moving.within(v - far * way[1], 0, height - 1);
        if (down) stroke(across, below);
        else [u, v] = [across, below];
      } else return false;
      show();
      return true;
    });
    sheet.addEventListener("blur", () => {
      down = false;
      show();
    });
    show();
  }
})(globalThis);
