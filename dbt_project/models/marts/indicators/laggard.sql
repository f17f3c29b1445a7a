-- Grain: indicator_code × year × organisation_id that has a plan and a value worse than it (both rounded).

with compared as (
    select
        indicator.*,
        {{ reaches_plan('indicator.value', 'indicator.plan', 'passport.precision_digits', 'passport.direction') }}
            as is_reached,
        case when passport.direction = 'down' then -1 else 1 end * indicator.value as standing
    from {{ ref('indicator_by_organisation') }} as indicator
    inner join {{ ref('stg_reference__indicator_passport') }} as passport
        on
            indicator.indicator_code = passport.indicator_code
            and indicator.indicator_version = passport.version
),

ranked as (
    select
        compared.*,
        rank() over (
            partition by compared.indicator_code, compared.year, compared.region_code, compared.municipality_id
            order by compared.standing asc
        ) as rank_in_municipality
    from compared
    where not compared.is_reached
)

select
    {{ cast_columns([
        ('ranked.indicator_code', 'indicator_code', 'text'),
        ('ranked.year', 'year', 'integer'),
        ('ranked.organisation_id', 'organisation_id', 'text'),
        ('ranked.indicator_title', 'indicator_title', 'text'),
        ('ranked.indicator_short_title', 'indicator_short_title', 'text'),
        ('ranked.indicator_position', 'indicator_position', 'integer'),
        ('ranked.precision_digits', 'precision_digits', 'integer'),
    ]) }},
    {{ place_columns('ranked') }},
    {{ cast_columns([
        ('ranked.value', 'value', 'decimal(18, 6)'),
        ('ranked.plan', 'plan', 'decimal(18, 6)'),
        ('ranked.plan - ranked.value', 'gap', 'decimal(18, 6)'),
        ('ranked.rank_in_municipality', 'rank_in_municipality', 'bigint'),
    ]) }}
from ranked
