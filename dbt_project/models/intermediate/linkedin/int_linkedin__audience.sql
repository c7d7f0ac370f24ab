-- Grain: one row per page, touched day of the snapshot, dimension and item.
{{
    audience_by_snapshot(
        "linkedin", "follower_statistics", "stg_linkedin__follower_facets", ["dimension", "item", "people"]
    )
}}
