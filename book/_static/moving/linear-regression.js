/** The figures of the part on linear regression. */
"use strict";

(function ({ moving, descent }) {
  const MOST = 20000; // steps that are counted

  /** From x = 0 to 1. @param {number[]} place intercept and weight */
  const line = ([b, w]) => [[0, b], [1, b + w]];

  // Data and model: a line, its misses, and their squares.
  moving.kind("linear-regression:squares", (figure) => {
    const { left, right } = figure.values;
    const [, rows, targets] = figure.data.losses.loss;
    const [b, w] = [left, right - left];
    const misses = rows.map(([, x], i) => b + w * x - targets[i]);
    const loss = figure.losses.loss.value([b, w]);
    figure.line("line", line([b, w]));
    figure.line("misses", misses.flatMap((miss, i) =>
      [targets[i] + miss, targets[i], NaN].map((height) => [rows[i][1], height]),
    ));
    figure.line("squares", misses.map((miss, i) => [rows[i][1], miss ** 2]));
    const { low, high } = figure.axes.squares.x;
    figure.line("mean", [[low, loss], [high, loss]]);
    figure.place("left", [0, left]);
    figure.place("right", [1, right]);
    const { truth } = figure.data;
    return { b, w, loss, truth, outcome: loss < truth ? "better" : "worse" };
  });

  // Loss surface: a line, and its point on the map; whichever the reader moves, the other follows.
  moving.kind("linear-regression:line", (figure) => {
    const { values, axes, kept } = figure;
    const pointed = values.point !== kept.point; // it isn't the one that was drawn last
    const wanted = pointed ? values.point : [values.left, values.right - values.left];
    const w = axes.map.y.keep(wanted[1]);
    // An end that a hand takes too far stops, and leaves the other one where it is.
    const held = !pointed && values.left !== kept.point[0];
    const b = axes.map.x.keep(held ? values.right - w : wanted[0]);
    kept.point = [b, w];
    Object.assign(values, { point: kept.point, left: b, right: b + w });
    figure.line("point", [kept.point]);
    figure.line("line", line(kept.point));
    figure.place("point", kept.point);
    figure.place("left", [0, b]);
    figure.place("right", [1, b + w]);
    // The loss is what the noise leaves, and two squares: of the miss in the middle, and of the tilt.
    const { minimum, middle } = figure.data;
    const miss = b - minimum[0] + (w - minimum[1]) * middle;
    const [loss, least] = [kept.point, minimum].map(figure.losses.loss.value);
    const lift = miss ** 2;
    const height = lift < 5e-4 ? "level" : miss < 0 ? "low" : "high";
    const turn = loss - least - lift;
    const slope = turn < 5e-4 ? "fair" : w < 0 ? "falling" : w < minimum[1] ? "flat" : "steep";
    const sum = height === "level" && slope === "fair" ? "best" : "costs";
    return { sum, loss, least, lift, turn: Math.max(turn, 0), height, slope };
  });

  // Gradients: rise over run, in a window as wide as the run.
  moving.kind("linear-regression:window", (figure) => {
    const { h, u, seen, forward, central, slope, curvature } = figure.data;
    const here = h.length - 1 - Math.round(2 * figure.values.zoom);
    const [one, both] = [forward, central].map((each) => each[here]);
    figure.line("curve", seen[here].map((height, i) => [u[i], height]));
    figure.line("chord", [[0, 0], [1, one]]);
    figure.line("here", [one, both].map((each) => [h[here], Math.abs(each - slope)]));
    const bend = (curvature / 2) * h[here];
    const off = Math.abs(one - slope);
    const outcome = Math.abs(off - bend) < off / 2 ? "bend" : "rounding";
    return { h: h[here], forward: one, central: both, slope, off, outcome };
  });
  // Learning rate: a run on the surface, and what every step leaves of its two parts.
  moving.kind("linear-regression:rates", (figure) => {
    const { rate, start } = figure.values;
    const { steps, minimum, curvatures, directions, tolerance } = figure.data;
    const { loss } = figure.losses;
    const run = descent.rules.gradientDescent(loss, start, { learningRate: rate });
    figure.line("path", descent.walk(run, steps));
    figure.line("start", [start]);
    figure.place("start", start);
    // In each direction the distance from the minimum is multiplied by its factor at every step.
    const factors = curvatures.map((curvature) => 1 - rate * curvature);
    const parts = factors.map((_, j) =>
      start.reduce((sum, value, i) => sum + (value - minimum[i]) * directions[i][j], 0),
    );
    let [flat, sharp] = curvatures.map((bend, j) => (bend / 2) * parts[j] ** 2);
    let count = 0;
    for (; count < MOST && flat + sharp >= tolerance; count++) {
      flat *= factors[0] ** 2;
      sharp *= factors[1] ** 2;
    }
    const outcome = Math.abs(factors[1]) > 1 ? "diverges" : flat + sharp < tolerance ? "arrives" : "late";
    return { flat: factors[0], sharp: factors[1], steps: count, limit: 2 / curvatures[1], outcome };
  });

  /** What the unit of the feature makes of the bowl: how it bends, and where it is lowest. */
  function bowl({ mean, square, weight, target }, unit, centred) {
    const [m, q] = centred ? [0, square - mean ** 2] : [mean * unit, square];
    const bend = q * unit ** 2;
    const sharp = 1 + bend + Math.hypot(1 - bend, 2 * m);
    const flat = (4 * (bend - m ** 2)) / sharp;
    const w = weight / unit;
    const hessian = [[2, 2 * m], [2 * m, 2 * bend]];
    return { hessian, minimum: [target - m * w, w], flat, sharp };
  }

  /** Where a bowl is so high, as a closed curve around its middle. */
  function ring(hessian, height) {
    const [[a, c], [, d]] = hessian;
    const first = Math.sqrt(a);
    const second = Math.sqrt(d - (c / first) ** 2);
    const size = Math.sqrt(2 * height);
    return moving.grid([0, 2 * Math.PI], 81).map((angle) => {
      const w = (size * Math.sin(angle)) / second;
      return [(size * Math.cos(angle) - (c / first) * w) / first, w];
    });
  }

  // Feature scaling: what the unit does to the bowl, its condition number and its limit.
  moving.kind("linear-regression:unit", (figure) => {
    const { unit, feature } = figure.values;
    const { start, steps, tolerance, heights } = figure.data;
    const at = (scale) => bowl(figure.data, scale, feature === "centred");
    const { hessian, minimum, flat, sharp } = at(unit);
    const away = start.map((value, i) => value - minimum[i]);
    const loss = descent.losses.quadratic(hessian, [0, 0]);
    const run = descent.rules.gradientDescent(loss, away, { learningRate: 1 / sharp });
    figure.line("rings", heights.flatMap((height) => [...ring(hessian, height), [NaN, NaN]]));
    figure.line("path", descent.walk(run, steps));
    figure.line("start", [away]);
    if (figure.kept.feature !== feature) {
      const { low, high } = figure.axes.units.x;
      const units = moving.grid([Math.log(low), Math.log(high)], 61).map(Math.exp);
      const all = units.map(at);
      figure.line("ratio", all.map((one, i) => [units[i], one.sharp / one.flat]));
      figure.line("limit", all.map((one, i) => [units[i], 2 / one.sharp]));
      figure.kept.feature = feature;
    }
    const [condition, limit] = [sharp / flat, 2 / sharp];
    figure.line("here", [[unit, condition], [unit, limit]]);
    const { steps: count, left } = stepsTo(loss, away, { flat, sharp }, tolerance);
    const outcome = condition > 1.5 && left < 1e-4 ? "luck" : "arrives";
    return { flat, sharp, condition, limit, steps: count, outcome };
  });

  /** After how many steps at half the limit a bowl is left with so little, and the share that the first one leaves. */
  function stepsTo(loss, away, { flat, sharp }, tolerance) {
    // The first step leaves nothing of the sharpest direction, and then only the flattest is left.
    const [g, h] = loss.gradient(away);
    const next = loss.value([away[0] - g / sharp, away[1] - h / sharp]);
    const more = Math.log(tolerance / next) / (2 * Math.log1p(-flat / sharp));
    return { steps: next < tolerance ? 1 : 1 + Math.ceil(more), left: next / loss.value(away) };
  }

  /** The runs by batch size and seed: each is made once. @type {Record<string, number[][]>} */
  const runs = {};

  // Training: as far as the epochs go, the path on the map and the line.
  moving.kind("linear-regression:epochs", (figure) => {
    const { epoch, size, seed } = figure.values;
    const { orders, start, minimum } = figure.data;
    const { loss } = figure.losses;
    const each = orders[seed][0].length / size; // steps in an epoch
    const run = (runs[`${size} ${seed}`] ??= walked(loss, orders[seed], Number(size), figure.data));
    const past = run.slice(0, epoch * each + 1);
    const here = past[past.length - 1];
    figure.line("path", past);
    figure.line("epochs", past.filter((_, step) => step % each === 0));
    figure.line("line", line(here));
    const apart = (w) => Math.hypot(w[0] - minimum[0], w[1] - minimum[1]);
    const [now, least] = [here, minimum].map(loss.value);
    const before = epoch ? loss.value(run[(epoch - 1) * each]) : NaN;
    const outcome = epoch ? (now < before ? "falls" : "rises") : "begins";
    const far = (100 * apart(here)) / apart(start);
    const order = each === 1 ? "all" : "";
    return { epoch, steps: epoch * each, loss: now, above: now - least, far, outcome, order };
  });

  /** All steps of a run that takes so many examples at a time, in the orders that Python has drawn. */
  function walked(loss, orders, size, { start, rate: learningRate }) {
    const all = orders.flat();
    const batches = Array.from({ length: all.length / size }, (_, k) => all.slice(k * size, (k + 1) * size));
    const noisy = descent.minibatches(loss, batches);
    const run = descent.rules.gradientDescent(noisy, start, { learningRate });
    return descent.walk(run, batches.length);
  }
})(globalThis);
