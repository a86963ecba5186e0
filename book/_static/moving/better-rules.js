/** The figures of the part on better rules. */
"use strict";

(function ({ moving, descent }) {
  const { gradientDescent, momentum } = descent.rules;
  const { stepDecay, inverseSqrt, exponential, cosine, warmup } = descent.schedules;

  /** The step from which on all values are good; beyond the last if it isn't. @param {boolean[]} good */
  const stays = (good) => good.lastIndexOf(false) + 1;

  // The noise ball: one number, learned from measurements in the order that Python has drawn.
  moving.kind("better-rules:ball", (figure) => {
    const { rate, size } = figure.values;
    const { drawn, minimum, variance, rates } = figure.data;
    const { loss } = figure.losses;
    const steps = Math.floor(drawn.length / size);
    const batches = (figure.kept[size] ??= Array.from({ length: steps }, (_, k) =>
      loss.on(drawn.slice(k * size, (k + 1) * size))));
    const run = gradientDescent(descent.inTurn(loss, batches), [0], { learningRate: rate });
    const places = descent.walk(run, steps);
    // On this loss the excess is the squared distance, wherever one stands.
    const half = Math.floor(steps / 2);
    let measured = 0;
    for (let k = half + 1; k <= steps; k++) measured += (places[k][0] - minimum) ** 2 / (steps - half);
    const law = (eta) => ((eta / (1 - eta)) * variance) / size;
    const left = (step) => minimum ** 2 * (1 - 2 * rate) ** (2 * step); // without any noise
    const every = Math.max(1, Math.round(10 / size));
    const seen = [];
    for (let k = 0; k <= steps; k += every) seen.push([k * size, places[k][0]]);
    figure.line("run", seen);
    for (const [name, side] of Object.entries({ above: 1, below: -1 })) {
      const level = minimum + side * Math.sqrt(law(rate));
      figure.line(name, [[0, level], [drawn.length, level]]);
    }
    figure.line("law", rates.map((eta) => [eta, law(eta)]));
    figure.line("dot", [[rate, measured]]);
    const outcome = left(steps) > law(rate) ? "way" : left(half + 1) > law(rate) ? "late" : "ball";
    return { steps, measured, law: law(rate), outcome };
  });

  // Schedules: a run on the crease, with a rate that falls in one of six ways.
  moving.kind("better-rules:schedule", (figure) => {
    const { rate, schedule } = figure.values;
    const { start, steps, limit } = figure.data;
    const loss = descent.losses.crease();
    const at = {
      constant: () => rate,
      stepDecay: stepDecay(rate, { factor: 0.5, every: 10 }),
      inverseSqrt: inverseSqrt(rate),
      exponential: exponential(rate, { factor: 0.9 }),
      cosine: cosine(rate, { steps }),
      warmup: warmup(cosine(rate, { steps: steps - 10 }), { steps: 10 }),
    }[schedule];
    const run = gradientDescent(loss, [start], { learningRate: at });
    const { parameters, losses } = descent.trace(run, loss, steps);
    figure.line("walk", parameters.map(([w], k) => [w, losses[k]]));
    figure.line("loss", losses.map((height, k) => [k, Math.max(height, 1e-10)]));
    figure.line("rate", losses.slice(1).map((_, k) => [k, at(k)]));
    const [[before], [after]] = parameters.slice(-2);
    let outcome = before * after < 0 ? "jumps" : "creeps";
    if (losses[steps] > losses[0]) outcome = "climbs";
    if (at(steps - 1) >= limit) outcome = "flies";
    if (losses[steps] < 1e-6) outcome = "arrives";
    const step = stays(losses.map((height) => height < 1e-6));
    return { steps, loss: losses[steps], last: at(steps - 1), step, outcome };
  });

  // Momentum: rate and momentum are a place on a map; below, the run.
  moving.kind("better-rules:momentum", (figure) => {
    const [rate, share] = figure.values.settings;
    const { start, curvatures, steps } = figure.data;
    const { loss } = figure.losses;
    const run = momentum(loss, start, { learningRate: rate, momentum: share });
    const most = 400;
    const places = descent.walk(run, 2 * most); // a slow swing comes near, and leaves again
    figure.line("here", [[rate, share]]);
    figure.line("path", places.slice(0, steps + 1));
    figure.place("settings", [rate, share]);
    // Along each direction a step multiplies place and velocity by a matrix: its larger eigenvalue.
    const sizes = curvatures.map((bend) => {
      const half = (1 + share - rate * bend) / 2;
      const under = half ** 2 - share;
      return under < 0 ? Math.sqrt(share) : Math.abs(half) + Math.sqrt(under);
    });
    const kept = Math.max(...sizes);
    const far = Math.hypot(...start) / 1000;
    const step = stays(places.map((place) => Math.hypot(...place) < far));
    const outcome = !rate ? "rests" : Math.abs(kept - 1) < 1e-6 ? "even" : kept > 1 ? "diverges" : step > most ? "late" : "arrives";
    return { rate, share, kept, predicted: Math.log(1e-3) / Math.log(kept), steps: step, most, outcome };
  });

  /** As the chapter calls them. */
  const racers = { ...descent.rules, descent: gradientDescent };

  // The race: two rules from any start, each with the rate that served it best from one.
  moving.kind("better-rules:race", (figure) => {
    const { start, times } = figure.values;
    const { rates, seen } = figure.data;
    const { loss } = figure.losses;
    const most = seen[seen.length - 1];
    const goal = loss.value(start) / 1000;
    /** @type {Record<string, any>} */
    const numbers = { most };
    ["first", "second"].forEach((which, i) => {
      const name = figure.values[which];
      const rate = rates[name] * times;
      const run = racers[name](loss, start, { learningRate: rate });
      const places = []; // only those that are drawn: to keep all would keep the collector of rubbish busy
      const losses = [];
      for (let k = 0; k <= most; k++) {
        const { parameters } = run.next().value;
        losses.push(loss.value(parameters));
        if (k === seen[places.length]) places.push(parameters);
      }
      figure.line(`path${i + 1}`, places);
      // The highest since the one that was drawn before: no hop above the goal is left out.
      const heights = seen.map((k, j) => [k, Math.max(1e-12, ...losses.slice(seen[j - 1] + 1 || 0, k + 1))]);
      figure.line(`loss${i + 1}`, heights);
      const below = losses.map((height) => height <= goal);
      const steps = stays(below);
      const end = !steps ? "rests" : steps <= most - 20 ? "arrives" : steps <= most ? "just"
        : !(losses[most] < 1e6) ? "flies" : below.includes(true) ? "left" : "never";
      Object.assign(numbers, {
        [which]: name, [`rate${i + 1}`]: rate, [`steps${i + 1}`]: steps, [`late${i + 1}`]: steps - 1, [`end${i + 1}`]: `${end}${i + 1}`,
      });
    });
    figure.line("goal", [[0, goal], [most, goal]]);
    figure.line("start", [start]);
    figure.place("start", start);
    return numbers;
  });
})(globalThis);
