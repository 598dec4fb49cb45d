"""Pictures of goods that were never photographed, drawn as if they had been."""

from firsthand.demo.drawings.gallery import ARCHETYPES, draw
from firsthand.demo.drawings.people import portrait, poster

__all__ = ["ARCHETYPES", "draw", "portrait", "poster"]
