"""How much of a photograph the office reads and keeps, as its settings say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from connectors.pictures import PictureCaps
from warehouse.store.settings import whole


@dataclass(frozen=True, slots=True)
class PhotoCaps:
    """What the office takes: so many photographs of one visit, each of so many bytes and pixels."""

    most: int
    picture: PictureCaps

    @property
    def megabytes(self) -> int:
        """The most one photograph may have."""
        return self.picture.file_bytes // 1_000_000


def photo_caps(session: Session) -> PhotoCaps:
    """The caps in force."""
    sizes = {
        "file_bytes": whole(session, "photo.megabytes") * 1_000_000,
        "pixels": whole(session, "photo.megapixels") * 1_000_000,
        "side": max(whole(session, "photo.side"), 320),
    }
    return PhotoCaps(whole(session, "photo.most"), PictureCaps(**sizes))
