"""The register of readers: every kind of published tables that can be imported."""

from laborvalue_workflow.importers import ceads_city, ceads_province, nbs, pymrio_system, single_region

READERS = {
    module.READER.kind: module.READER for module in (ceads_city, ceads_province, nbs, pymrio_system, single_region)
}
