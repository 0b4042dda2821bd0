/** A directed graph: each node with the nodes that it points to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** The groups of nodes that reach each other (Tarjan's strongly connected components), without single nodes. */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const indexes = new Map<string, number>();
  const lows = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  function visit(node: string): void {
    indexes.set(node, indexes.size);
    lows.set(node, indexes.get(node)!);
    stack.push(node);
    for (const target of graph.get(node) ?? []) {
      if (!indexes.has(target)) visit(target);
      if (stack.includes(target)) lows.set(node, Math.min(lows.get(node)!, lows.get(target)!));
    }
    if (lows.get(node) !== indexes.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) cycles.push(component.toSorted());
  }

  for (const node of graph.keys()) if (!indexes.has(node)) visit(node);
  return cycles;
}
