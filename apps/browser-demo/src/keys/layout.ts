/**
 * Where each node of a graph stands: a spine down the middle, what the client sends under to the left, what the server sends under to
 * the right, and keys below their secrets. Of the whole connection, so that nothing moves while one steps through it.
 */
import type { KeyNode } from '../lab/key-nodes.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One from another: the line between them. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** Of an SVG path. */
  readonly path: string;
}

/** A node among its like: the tree is the graph but for the second parent that HKDF-Extract has. */
export interface Branch {
  readonly node: KeyNode;
  readonly children: readonly Branch[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<number, Box>;
  readonly edges: readonly Edge[];
  readonly roots: readonly Branch[];
}

/** Hexadecimal digits in a line of a card. */
export const LINE = 32;

const WIDTH = 276;
const GAP = 30;
const SPINE = WIDTH + GAP;
const BETWEEN = 8;
const INDENT = 16;
const HALF = (WIDTH - BETWEEN) / 2;
/** Between a stage and the next one. */
const STEP = 28;
const PADDING = 15;
const TEXT = 17;

/** What a card says, in lines: its height follows from them. */
export type CardKind = 'secret' | 'stage' | 'leaf' | 'input';

export function cardKind({ how, name }: KeyNode): CardKind {
  if (how === 'input' || name === 'derived') return 'input';
  if (how === 'extract' || name === 'key_block') return 'stage';
  if (how === 'part' || /^finished_key$|^(client|server)_write_/.test(name)) return 'leaf';
  return 'secret';
}

export function layoutOf(nodes: readonly KeyNode[]): Layout {
  const roots = treeOf(nodes);
  const drawing = new Drawing();
  let y = 0;
  for (const root of roots) y = drawing.stage(root, y);
  const bottoms = [...drawing.boxes.values()].map(box => box.y + box.height);
  return {
    width: 3 * WIDTH + 2 * GAP,
    height: Math.max(0, ...bottoms),
    boxes: drawing.boxes,
    edges: nodes.flatMap(node => node.from.flatMap(from => drawing.edge(from, node.number))),
    roots,
  };
}

/** Stages at the root, each with what it is made of and what comes of it; in the order of the graph. */
function treeOf(nodes: readonly KeyNode[]): readonly Branch[] {
  const stages = nodes.filter(isStage);
  const inputs = (stage: KeyNode) => stage.from.map(number => nodes[number] as KeyNode).filter(node => !isStage(node));
  const taken = new Set(stages.flatMap(inputs));
  const below = (node: KeyNode): Branch => ({
    node,
    children: nodes.filter(({ from }) => from[0] === node.number).map(below),
  });
  return stages.map(node => ({
    node,
    children: [
      ...inputs(node).map(input => ({ node: input, children: [] })),
      ...nodes.filter(each => each.from[0] === node.number && !isStage(each) && !taken.has(each)).map(below),
    ],
  }));
}

function isStage({ how, name }: KeyNode): boolean {
  return how === 'extract' || name === 'master_secret' || name === 'key_block';
}

class Drawing {
  readonly boxes = new Map<number, Box>();

  /** @returns where the next stage begins */
  stage({ node, children }: Branch, top: number): number {
    const inputs = children.filter(child => node.from.includes(child.node.number));
    const results = children.filter(child => !inputs.includes(child));
    let y = top;
    if (inputs.length > 0) {
      const width = inputs.length === 1 ? WIDTH : HALF;
      const heights = inputs.map(({ node: input }, index) =>
        this.#put(input, SPINE + index * (HALF + BETWEEN), y, width),
      );
      y += Math.max(...heights) + STEP;
    }
    const middle = y + this.#put(node, SPINE, y, WIDTH);
    const of = (whose: string | undefined) => results.filter(child => child.node.whose === whose);
    const left = this.#column(of('client'), 0, y);
    const neutral = of(undefined);
    const stands = neutral.every(({ node: { name } }) => name === 'early_exporter_secret');
    const right = this.#column([...of('server'), ...(stands ? neutral : [])], 2 * SPINE, y);
    const bottom = stands ? middle : this.#column(neutral, SPINE + INDENT, middle + BETWEEN);
    // The inputs of the next stage have the middle to themselves: what is beside them may end there.
    return Math.max(bottom + STEP, left - 2 * STEP, right - 2 * STEP);
  }

  edge(from: number, to: number): readonly Edge[] {
    const [a, b] = [this.boxes.get(from), this.boxes.get(to)];
    return a === undefined || b === undefined ? [] : [{ from, to, path: pathOf(a, b) }];
  }

  #column(branches: readonly Branch[], x: number, top: number): number {
    let y = top;
    for (const branch of branches) y = this.#branch(branch, x, y) + BETWEEN;
    return y;
  }

  #branch({ node, children }: Branch, x: number, top: number): number {
    let y = top + this.#put(node, x, top, WIDTH - (x % SPINE));
    for (const child of children) y = this.#branch(child, x + (isBeside(child.node) ? 0 : INDENT), y + BETWEEN);
    return y;
  }

  #put(node: KeyNode, x: number, y: number, width: number): number {
    const height = heightOf(node);
    this.boxes.set(node.number, { x, y, width, height });
    return height;
  }
}

/** A secret that takes the place of another stands as far out as that one, and so does what one key alone is for. */
function isBeside({ how, name }: KeyNode): boolean {
  return how === 'hmac' || /_secret_[1-9]/.test(name);
}

function heightOf(node: KeyNode): number {
  const lines = Math.ceil((node.value.length * 2) / LINE);
  switch (cardKind(node)) {
    case 'leaf':
      return PADDING + 2 * TEXT;
    case 'input':
      return PADDING + 3 * TEXT;
    case 'stage':
      return PADDING + (2 + Math.min(lines, 3)) * TEXT;
    case 'secret':
      return PADDING + (4 + Math.min(lines, 3)) * TEXT;
  }
}

/** Straight down where one is above the other, to the side at the height of the upper edge, or down and in where it is below. */
function pathOf(a: Box, b: Box): string {
  const [right, bottom] = [a.x + a.width, a.y + a.height];
  const level = b.y + TEXT;
  if (b.x >= right) return elbow(right, a.y + TEXT, b.x, level);
  if (b.x + b.width <= a.x) return elbow(a.x, a.y + TEXT, b.x + b.width, level);
  const isWithin = b.x > a.x && b.x + b.width === right && b.width > WIDTH / 2;
  if (isWithin) return `M${a.x + INDENT / 2} ${bottom}V${level}H${b.x}`;
  if (a.x === b.x && b.width === a.width && b.y - bottom > 2 * STEP) return `M${a.x + INDENT / 2} ${bottom}V${b.y}`;
  const [from, to] = [middleOf(a, b), middleOf(b, a)];
  const half = bottom + (b.y - bottom) / 2;
  return from === to ? `M${from} ${bottom}V${b.y}` : `M${from} ${bottom}V${half}H${to}V${b.y}`;
}

function elbow(x: number, y: number, toX: number, toY: number): string {
  const half = (x + toX) / 2;
  return y === toY ? `M${x} ${y}H${toX}` : `M${x} ${y}H${half}V${toY}H${toX}`;
}

/** Where the line leaves or enters: in the middle of the narrower of both. */
function middleOf(box: Box, other: Box): number {
  const narrow = box.width <= other.width ? box : other;
  return narrow.x + narrow.width / 2;
}
