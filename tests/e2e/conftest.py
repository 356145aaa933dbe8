"""Fixtures: people once per run, houses that clean up and are looked over."""

import shutil

import pytest

import house as house_module
import mails
from people import People


@pytest.fixture(scope="session")
def people():
    cast = People()
    yield cast
    cast.close()


@pytest.fixture(scope="session")
def enrolled(people):
    """A stopped house with its own key and the cast, to be copied: keys are
    made and people enrolled once, through the real commands."""
    if not house_module.is_built():
        pytest.skip("nothing is built in $BUILD")
    first = house_module.House()
    try:
        first.run("key", "create")
        first.start()
        first.enrol_cast(people)
        first.gateway_fpr, first.gateway_key = first.own_key()
        first.stop()
        people.all_meet(first.gateway_key)
        yield first
    finally:
        first.close()


@pytest.fixture(scope="session")
def sender(people, enrolled):
    """sender("clb"): how that person's mail program writes to us."""
    return lambda name: mails.Sender(people[name], enrolled.gateway_fpr)


def copy_of(enrolled, **options):
    house = house_module.House(**options)
    shutil.rmtree(house.state)
    shutil.copytree(enrolled.state, house.state,
                    ignore=shutil.ignore_patterns("S.*", "control", "lock"))
    house.own(house.state)
    house.gateway_fpr = enrolled.gateway_fpr
    house.gateway_key = enrolled.gateway_key
    return house


def looked_over(house):
    try:
        house.check_secrets()
        if house.daemon is not None:
            house.stop()
    finally:
        house.close()


@pytest.fixture
def new_house(enrolled):
    """new_house(...): a house with the cast; stopped."""
    made = []

    def make(**options):
        made.append(copy_of(enrolled, **options))
        return made[-1]
    yield make
    for h in made:
        looked_over(h)


@pytest.fixture(scope="module")
def house(enrolled):
    """One running house for all tests of a module."""
    h = copy_of(enrolled)
    h.start()
    yield h
    looked_over(h)


@pytest.fixture
def empty_house():
    """empty_house(...): a house without a key and without people."""
    if not house_module.is_built():
        pytest.skip("nothing is built in $BUILD")
    made = []

    def make(**options):
        made.append(house_module.House(**options))
        return made[-1]
    yield make
    for h in made:
        looked_over(h)
