from __future__ import annotations

from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Person, Product, ProductVersion
from accounts.services.audit import record_audit
from knowledge.models import DocSet
from toolkit.errors import DomainError


def doc_set_for_import(name: str, *, product: str = "", version: str = "", language: str = "",
                       is_public: bool | None = None, by: Person | None, at: datetime) -> DocSet:
    """The set of this name for a product (slug or name) and version; made when there is none.

    Language and publicity change only when given. Raises DomainError for an unknown product or version.
    """
    about = _product(product) if product else None
    of_version = _version(about, version) if version else None
    wanted = {k: v for k, v in {"language": language, "is_public": is_public}.items() if v not in ("", None)}
    found = DocSet.objects.select_related("product", "version").filter(
        name=name, product=about, version=of_version).first()
    if found is None:
        slug = slugify(f"{name} {version}")[:100].strip("-")
        if not slug or DocSet.objects.filter(slug=slug).exists():
            raise DomainError(_("Another set has the address {slug!r}. Choose another name.").format(
                                  slug=slug), field="set", code="set")
        found = DocSet.objects.create(name=name, slug=slug, product=about, version=of_version, created_at=at, **wanted)
        record_audit(by=by, action="doc_set.created", subject=found, at=at)
        return found
    changed = {k: [getattr(found, k), v] for k, v in wanted.items() if getattr(found, k) != v}
    if changed:
        DocSet.objects.filter(pk=found.pk).update(**wanted)
        record_audit(by=by, action="doc_set.changed", subject=found, at=at, changes=changed)
        found.refresh_from_db()
    return found


def _product(name: str) -> Product:
    products = list(Product.objects.order_by("name"))
    for product in products:
        if name.lower() in {product.slug, product.name.lower(), *(alias.lower() for alias in product.aliases)}:
            return product
    known = ", ".join(p.slug for p in products) or "none"
    raise DomainError(
        _("There is no product {name!r}. Known: {known}.").format(name=name, known=known),
        field="product",
        code="product",
    )


def _version(product: Product | None, name: str) -> ProductVersion:
    if product is None:
        raise DomainError(_("A version needs its product."), field="version", code="version")
    versions = {v.name: v for v in ProductVersion.objects.filter(product=product).order_by("position")}
    if name not in versions:
        raise DomainError(_("{product} has no version {name!r}. Known: {versions}.").format(
                              product=product, name=name, versions=', '.join(versions) or 'none'),
                          field="version", code="version")
    return versions[name]
