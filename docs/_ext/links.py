"""Links from code marks to descriptions: `values.scope` to its row in the reference, `prices.profit_rate` to its page.

So the Markdown stays as GitHub shows it, and no page holds an address.
"""

import re

from docutils import nodes

CONFIG = "reference/config"
MARKER = re.compile(r"config: ([\w.]+)")


def setup(app):
    app.connect("doctree-read", give_keys_anchors)
    app.connect("doctree-resolved", link_code)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def anchor(key):
    return "key-" + key.replace(".", "-").replace("_", "-")


def give_keys_anchors(app, doctree):
    """Each row of the tables between `<!-- config: SECTION -->` and `<!-- end -->` gets the anchor of its key."""
    if app.env.docname != CONFIG:
        return
    section, keys = None, {}
    for node in doctree.findall(lambda node: isinstance(node, nodes.raw | nodes.table)):
        if isinstance(node, nodes.raw):
            marker = MARKER.search(node.astext())
            section = marker[1] if marker else None
        elif section:
            for row in next(node.findall(nodes.tbody)).children:
                name = next(row.findall(nodes.literal)).astext()
                key = name if section == "top" else f"{section}.{name}"
                row["ids"].append(anchor(key))
                keys[key] = anchor(key)
    app.env.metadata[CONFIG]["keys"] = keys


def link_code(app, doctree, docname):
    keys = app.env.metadata.get(CONFIG, {}).get("keys", {})
    functions = {
        ".".join(name.split(".")[-2:]): (entry.docname, entry.node_id)
        for name, entry in app.env.domains.python_domain.objects.items()
    }
    for node in list(doctree.findall(nodes.literal)):
        target = None
        if not linkable(node):
            continue
        if (text := node.astext()) in keys and docname != CONFIG:
            target = CONFIG, keys[text]
        elif text in functions:
            target = functions[text]
        if target:
            address = f"{app.builder.get_relative_uri(docname, target[0])}#{target[1]}"
            link = nodes.reference("", "", internal=True, refuri=address)
            node.replace_self(link)
            link += node


def linkable(node):
    """Whether a code mark stands in text, and in no link or heading."""
    while node := node.parent:
        if isinstance(node, nodes.reference | nodes.title | nodes.literal_block):
            return False
    return True
