/**
 * Finds the circles of a directed graph.
 *
 * @param {ReadonlyMap<string, readonly { target: string, line: number }[]>} graph - node → where it leads, and in which line
 * @returns {{ node: string, line: number }[][]} one shortest circle for each group of nodes that reach each other; each node with the
 *   line that leads to the next
 */
export function findCycles(graph) {
  return connectedGroups(graph).flatMap((group) => {
    const start = [...group].sort()[0];
    const circle = shortestCircle(graph, group, start);
    return circle === undefined ? [] : [circle];
  });
}

/** Groups of nodes that reach each other (Tarjan), without recursion. */
function connectedGroups(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const onStack = new Set();
  const groups = [];
  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const work = [{ node: root, next: 0 }];
    while (work.length > 0) {
      const frame = work[work.length - 1];
      const { node } = frame;
      if (frame.next === 0) {
        index.set(node, index.size);
        low.set(node, index.get(node));
        stack.push(node);
        onStack.add(node);
      }
      const edges = graph.get(node) ?? [];
      const target = edges[frame.next]?.target;
      frame.next += 1;
      if (target !== undefined) {
        if (!graph.has(target)) continue;
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (onStack.has(target)) low.set(node, Math.min(low.get(node), index.get(target)));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1]?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent), low.get(node)));
      if (low.get(node) !== index.get(node)) continue;
      const group = new Set(stack.splice(stack.lastIndexOf(node)));
      for (const member of group) onStack.delete(member);
      groups.push(group);
    }
  }
  return groups;
}

/** Breadth first; `cameFrom` tells the way back. */
function shortestCircle(graph, group, start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const { target, line } of graph.get(node) ?? []) {
      if (target === start) return wayTo(cameFrom, node, line);
      if (!group.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, { node, line });
      queue.push(target);
    }
  }
  return undefined;
}

function wayTo(cameFrom, node, line) {
  const way = [{ node, line }];
  for (let step = cameFrom.get(node); step !== undefined; step = cameFrom.get(step.node)) way.unshift(step);
  return way;
}
