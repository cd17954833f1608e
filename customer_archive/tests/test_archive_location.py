from odoo.exceptions import UserError, ValidationError

from .common import ArchiveCase


class TestArchiveLocation(ArchiveCase):
    """The tree of places, what fits in and where a file is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.room = cls._place("Room 1", "room")
        cls.cabinet = cls._place("Cabinet 1", "cabinet", cls.room)
        cls.shelf = cls._place("Shelf 1", "shelf", cls.cabinet, capacity=1)

    @classmethod
    def _place(cls, name, kind, parent=None, **vals):
        return cls.env["archive.location"].create(
            {
                "name": name,
                "kind": kind,
                "parent_id": parent and parent.id,
                "company_id": cls.company.id,
                **vals,
            }
        )

    def test_complete_name_follows_the_tree(self):
        self.assertEqual(self.shelf.complete_name, "Room 1 / Cabinet 1 / Shelf 1")
        self.room.name = "Vault"
        self.assertEqual(self.shelf.complete_name, "Vault / Cabinet 1 / Shelf 1")

    def test_a_place_lies_in_a_larger_one(self):
        with self.assertRaisesRegex(ValidationError, "cannot lie in"):
            self.room.parent_id = self._place("Box 9", "box")
        with self.assertRaisesRegex(ValidationError, "cannot lie in"):
            self._place("Cabinet 2", "cabinet", self.shelf)

    def test_a_parent_may_not_shrink_below_its_content(self):
        with self.assertRaisesRegex(ValidationError, "cannot lie in"):
            self.cabinet.kind = "box"

    def test_a_full_place_is_refused(self):
        self._new_file(home_location_id=self.shelf.id)
        with self.assertRaisesRegex(ValidationError, "Nothing more can be put"):
            self._new_file(home_location_id=self.shelf.id)

    def test_an_archived_file_still_takes_room(self):
        self._new_file(home_location_id=self.shelf.id).action_archive()
        with self.assertRaisesRegex(ValidationError, "Nothing more can be put"):
            self._new_file(home_location_id=self.shelf.id)

    def test_places_count_what_lies_further_inside(self):
        self._new_file(home_location_id=self.shelf.id)
        self._new_file(home_location_id=self.cabinet.id)
        places = self.room + self.cabinet + self.shelf
        self.assertEqual(places.mapped("file_count"), [2, 2, 1])

    def test_a_file_at_home_moves_with_its_home(self):
        file = self._new_file(home_location_id=self.shelf.id)
        file.home_location_id = self.cabinet
        self.assertEqual(file.location_id, self.cabinet)

    def test_a_file_away_is_found_and_sent_home(self):
        file = self._new_file(home_location_id=self.shelf.id)
        file.location_id = self.room
        self.assertTrue(file.is_away)
        file.home_location_id = self.cabinet
        self.assertEqual(file.location_id, self.room, "it is not at home")
        file.action_send_home()
        self.assertEqual((file.location_id, file.is_away), (self.cabinet, False))

    def test_a_place_of_another_company_is_refused(self):
        foreign = self._place("Room B", "room", company_id=self.other_company.id)
        with self.assertRaises(UserError):
            self._new_file(self.manager, home_location_id=foreign.id)
