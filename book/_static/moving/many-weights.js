/** The figures of the part on many weights. */
"use strict";

(function ({ moving, descent }) {
  const { leastSquares, frozen } = descent.losses;

  // Freezing: three weights, each on its own error curve, before and after some steps.
  moving.kind("many-weights:freezing", (figure) => {
    const { alpha, steps } = figure.values;
    const { inputs, goal, spans, losses } = figure.data;
    const names = Object.keys(figure.axes);
    const start = names.map((name) => figure.values[name]);
    const free = names.map((name) => name !== figure.values.frozen);
    const loss = frozen(losses.loss, start.map((w, j) => (free[j] ? null : w)));
    const run = descent.rules.gradientDescent(loss, start.filter((_, j) => free[j]), { learningRate: alpha });
    const says = (at) => inputs.reduce((sum, x, j) => sum + x * at[j], 0);
    const rests = Math.abs(says(start) - goal) < 1e-9; // but for the last digits, which a large alpha blows up
    const learned = rests ? [] : descent.walk(run, steps)[steps];
    const now = start.map((w, j) => (free[j] ? learned.shift() ?? w : w));
    const whole = leastSquares([inputs], [goal]); // heights are whole errors
    names.forEach((name, j) => {
      const curve = (at) => moving.grid(spans[j], 51).map((w) => [w, whole.value(at.map((v, i) => (i === j ? w : v)))]);
      const dot = (at) => [[at[j], whole.value(at)]];
      const lines = { before: curve(start), begin: dot(start), after: curve(now), dot: dot(now) };
      for (const [part, points] of Object.entries(lines)) figure.trace(figure.parts(part)[j], points);
      figure.place(name, dot(start)[0]);
    });
    const factor = 1 - alpha * inputs.reduce((sum, x, j) => sum + (free[j] ? x * x : 0), 0);
    const error = whole.value(now);
    const prediction = says(now);
    const shrinks = Math.abs(factor) < 1;
    const right = rests || (shrinks && Math.abs(prediction - goal) < 5e-4);
    const outcome = right ? "right" : shrinks ? "learning" : "explodes";
    return { factor, steps, prediction, error, outcome };
  });
})(globalThis);
