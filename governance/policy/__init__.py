"""Every policy file as a strict, frozen model: what the organisation decided, reviewed like code, never edited at run time.

A tenant may replace whole files in `tenants/<tenant>/`. A wrong file stops the start; the digest of what applies
stands in every decision and audit entry.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import orjson
import yaml
from pydantic import BaseModel, ValidationError

from governance.errors import PolicyError
from governance.policy import letters
from governance.policy.access import AccessPolicy
from governance.policy.disclosure import DisclosurePolicy
from governance.policy.interventions import InterventionsPolicy
from governance.policy.purposes import PurposesPolicy
from governance.policy.redaction import RedactionPolicy
from governance.policy.retention import RetentionPolicy
from governance.policy.sinks import SinksPolicy
from governance.policy.subjects import SubjectsPolicy, disagreements

Model = TypeVar("Model", bound=BaseModel)

FILES: dict[str, type[BaseModel]] = {
    "access": AccessPolicy,
    "disclosure": DisclosurePolicy,
    "interventions": InterventionsPolicy,
    "purposes": PurposesPolicy,
    "redaction": RedactionPolicy,
    "retention": RetentionPolicy,
    "sinks": SinksPolicy,
    "subjects": SubjectsPolicy,
}


_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class Policies:
    """What one tenant has decided."""

    access: AccessPolicy
    disclosure: DisclosurePolicy
    letters: letters.Letters
    interventions: InterventionsPolicy
    purposes: PurposesPolicy
    redaction: RedactionPolicy
    retention: RetentionPolicy
    sinks: SinksPolicy
    subjects: SubjectsPolicy

    @cached_property
    def digest(self) -> str:
        """The first 32 hexadecimal digits of the SHA-256 of all that applies, whatever the files' layout."""
        whole = {name: getattr(self, name).model_dump(mode="json") for name in (*sorted(FILES), "letters")}
        return hashlib.sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


class PolicySet:
    """The policies of all tenants: the house's own files, and what a tenant has put in their place."""

    def __init__(self, default: Policies, tenants: dict[str, Policies]) -> None:
        self.default = default
        self._tenants = tenants

    def all(self) -> tuple[Policies, ...]:
        """Return everything that applies to anybody, the house's own first."""
        return (self.default, *self._tenants.values())

    def for_tenant(self, tenant: str) -> Policies:
        """Return what applies to `tenant`."""
        return self._tenants.get(tenant, self.default)


def default_folder() -> Path:
    """Return the shipped policies: beside the package in a checkout, inside it in an installed wheel."""
    inside = Path(__file__).parent.parent / "_data" / "policies"
    return inside if inside.is_dir() else Path(__file__).parent.parent.parent / "policies"


def load(folder: Path | None = None) -> PolicySet:
    """Return the policies in `folder` (default: the shipped ones).

    Raises `PolicyError` naming file and place for anything missing, unknown or contradictory: a service that starts
    on half a policy enforces nothing.
    """
    folder = folder or default_folder()
    default = _policies(folder, None)
    tenants = {}
    overrides = folder / "tenants"
    if overrides.is_dir():
        for sub in sorted(overrides.iterdir()):
            if sub.is_dir():
                _refuse_unknown(sub)
                tenants[sub.name] = _policies(sub, default)
            elif sub.suffix in _YAML:
                raise PolicyError(f"tenants/{sub.name} belongs to no tenant: tenants/<tenant>/{sub.name}")
    return PolicySet(default, tenants)


def _refuse_unknown(folder: Path) -> None:
    """Raise `PolicyError` for a file that nobody would read: whoever misspelt its name believes it is obeyed."""
    known = [f"{name}.yaml" for name in FILES]
    for path in sorted(folder.iterdir()):
        if path.name == letters.FOLDER and path.is_dir():
            continue
        if not path.name.startswith(".") and path.name not in known and path.suffix != ".md":
            raise PolicyError(f"{_called(path)} is no policy; a tenant may replace {', '.join(known)}")


def _policies(folder: Path, fallback: Policies | None) -> Policies:
    found: dict[str, Any] = {}
    for name, model in FILES.items():
        path = folder / f"{name}.yaml"
        if path.is_file():
            found[name] = read(path, model)
        elif fallback is None:
            raise PolicyError(f"{path.name} is missing from the policies")
        else:
            found[name] = getattr(fallback, name)
    below = fallback.letters if fallback is not None else None
    found["letters"] = letters.load(folder / letters.FOLDER, found["disclosure"].language, below)
    policies = Policies(**found)
    try:
        policies.interventions.check_roles(policies.access)
    except ValueError as error:
        raise PolicyError(f"{_called(folder / 'interventions.yaml')}: {error}") from None
    unknown = sorted(set(policies.disclosure.information.purposes) - set(policies.purposes.purposes))
    if unknown:
        raise PolicyError(f"{_called(folder / 'disclosure.yaml')}: no such purpose: {', '.join(unknown)}")
    for disagreement in disagreements(policies.subjects, policies.purposes):
        raise PolicyError(f"{_called(folder / 'subjects.yaml')}: {disagreement}")
    return policies


def read(path: Path, model: type[Model]) -> Model:
    """Return the policy in the file at `path` as a `model`. Raises `PolicyError` with every place that is wrong."""
    name = _called(path)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 a SafeLoader, only stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}" if mark else ""
        raise PolicyError(f"{name}{line}: {error.problem or error.context}") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{name} is not UTF-8 text") from error
    except (yaml.YAMLError, OSError) as error:
        raise PolicyError(f"{name} cannot be read: {type(error).__name__}") from error
    if content is None:
        raise PolicyError(f"{name} is empty")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise PolicyError(f"{name}: {places}") from None


def _called(path: Path) -> str:
    """Return how a message names a policy file: the one of a tenant with the tenant."""
    tenant = path.parent
    return f"tenants/{tenant.name}/{path.name}" if tenant.parent.name == "tenants" else path.name


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would silently obey the second."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        name = str(loader.construct_object(key, deep=True))
        if name in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {name} stands twice", key.start_mark
            )
        seen.add(name)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
