// The ten experiments of the lecture, with what to look for. The networks of the figures before training are the paper's own; those that are
// trained are smaller, so that something happens while somebody watches.

const wide = "[1000, 1000, 1000, 1000, 1000]",
  five = "[200, 200, 200, 200, 200]",
  small = "[80, 80, 80, 80]";
const live = (...more) => ["checkpoint.every=0", "observe.wrong=false", "observe.images=1000", "observe.every=100", ...more];

export const experiments = [
  {
    title: "Activations fade with depth",
    chart: "z",
    parts: [
      { name: "standard initialisation", set: [`model.hidden=${wide}`] },
      { name: "normalized, as in the paper's figure", set: [`model.hidden=${wide}`, "model.init=figure"] },
    ],
    text: "Two tanh networks of five layers with 1,000 units, before any training. They differ only in the range from which their weights are drawn (Figure 6 of the paper).",
    look: "With the standard initialisation each curve is little more than half as wide as the one below it: the signal fades. With the normalized one all layers look alike. The red marks are what the paper's figure shows.",
  },
  {
    title: "Gradients fade on the way back",
    chart: "dcost_ds",
    domain: [-0.2, 0.2],
    parts: [
      { name: "standard initialisation", set: [`model.hidden=${wide}`] },
      { name: "normalized, as in the paper's figure", set: [`model.hidden=${wide}`, "model.init=figure"] },
    ],
    text: "The same two networks, and the gradients that come back from the cost to each layer (Figure 7).",
    look: "With the standard initialisation the lowest layer gets the smallest gradients, a tenth of those of the highest one. The normalized initialisation keeps them nearly equal.",
  },
  {
    title: "A sigmoid network saturates at once",
    chart: "mean",
    live: true,
    parts: [
      {
        name: "sigmoid, four layers",
        set: live("model.activation=sigmoid", "model.hidden=[200, 200, 200, 200]", "train.rate=0.1", "train.updates=20000"),
      },
    ],
    text: "Four layers of sigmoid units are trained. The chart shows the mean activation of each layer with its standard deviation (Figure 2).",
    look: "Within seconds the highest layer falls towards 0, where the sigmoid is saturated, and lets no gradient through. The two lowest layers stay near 0.5; the third rises. The paper waits 100 epochs for it to recover.",
  },
  {
    title: "One that learns",
    chart: "errors",
    live: true,
    parts: [
      {
        name: "softsign, normalized",
        set: live(
          "model.activation=softsign",
          "model.init=normalized",
          "model.hidden=[100, 100]",
          "data.low=-1",
          "train.rate=0.05",
          "train.updates=100000",
          "observe.every=500",
        ),
      },
    ],
    text: "Two layers of softsign units learn to tell one or two triangles, parallelograms and ellipses apart. Guessing is wrong in 83 % of the images.",
    look: "The error leaves the chance level soon, then falls steadily. How long does the next ten points take, compared with the first ten?",
  },
  {
    title: "Saturation climbs from the bottom",
    chart: "saturation",
    live: true,
    parts: [{ name: "tanh, standard", set: live(`model.hidden=${small}`, "train.rate=0.1", "train.updates=60000", "observe.every=250") }],
    text: "A tanh network with the standard initialisation is trained, and we count the activations of each layer that are at the ends of tanh (Figure 3).",
    look: "Layer 1 saturates first, and most. Layer 2 follows slowly, and layer 3 behind it: the front moves up. In the paper it takes 100 epochs.",
  },
  {
    title: "Softsign saturates less",
    chart: "front",
    live: true,
    parts: [
      { name: "tanh", set: live(`model.hidden=${small}`, "train.rate=0.1", "train.updates=40000", "observe.every=250") },
      {
        name: "softsign",
        set: live(`model.hidden=${small}`, "model.activation=softsign", "train.rate=0.1", "train.updates=40000", "observe.every=250"),
      },
    ],
    text: "Tanh and softsign have the same range, but softsign approaches its ends slowly, like 1/s instead of exponentially (Figure 3, both panels).",
    look: "Dark cells (in the dark theme: bright ones) are saturated activations. Those of tanh fill up from layer 1. Softsign's layers stay off their ends.",
  },
  {
    title: "A better start, a faster run",
    chart: "errors",
    live: true,
    parts: [
      { name: "tanh, standard", set: live(`model.hidden=${five}`, "train.rate=0.05", "train.updates=10000") },
      { name: "tanh, normalized", set: live(`model.hidden=${five}`, "model.init=normalized", "train.rate=0.05", "train.updates=10000") },
    ],
    text: "Two tanh networks, one with the standard and one with the normalized initialisation, are trained on the same images at the same rate (Figure 11).",
    look: "Which curve leaves the chance level first? One seed is one story: start the experiment again with other seeds on the bench, and group the runs.",
  },
  {
    title: "The cost makes the plateau",
    chart: "errors",
    live: true,
    parts: [
      { name: "negative log-likelihood", set: live(`model.hidden=${five}`, "train.rate=0.05", "train.updates=10000") },
      { name: "quadratic cost", set: live(`model.hidden=${five}`, "model.cost=quadratic", "train.rate=0.05", "train.updates=10000") },
    ],
    text: "The same network with two costs. The paper draws both as surfaces over two weights (Figure 5).",
    look: "Both curves stay at the chance level for a while: that is the plateau. The quadratic cost stays there about twice as long.",
  },
  {
    title: "A rate that is too high",
    chart: "saturation",
    live: true,
    parts: [
      { name: "rate 0.01", set: live("model.hidden=[100, 100, 100]", "train.rate=0.01", "train.updates=10000") },
      { name: "rate 2", set: live("model.hidden=[100, 100, 100]", "train.rate=2", "train.updates=10000") },
    ],
    text: "The same tanh network at a small and at a very high learning rate.",
    look: "At the high rate nearly all activations are thrown to the ends of tanh within the first hundred updates, and stay there.",
  },
  {
    title: "The whole distribution, over time",
    chart: "z",
    live: true,
    parts: [{ name: "tanh, normalized", set: live(`model.hidden=${five}`, "model.init=normalized", "train.rate=0.05", "train.updates=10000") }],
    text: "Each column is the distribution of a layer's activations at one time. This is what every number so far was computed from.",
    look: "Where does a layer split into two groups of activations, near -1 and near 1? Open the run from the list, and move the time slider there.",
  },
];
