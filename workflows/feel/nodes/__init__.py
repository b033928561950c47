"""The tree of a parsed expression. Every node is frozen and evaluates itself in a scope."""
