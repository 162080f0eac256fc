"""What the service says of itself to those who run it: `/readyz`, `/metrics`, systemd; and what ships for Grafana."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.core.disk import Disk
from handlers import COMMANDS
from tests.acceptance.newsroom import until
from tests.acceptance.service import Service, running_service
from tests.platforms.discord_api import discord_api
from tests.platforms.process import ROOT
from tests.platforms.telegram_client import telegram_api

DEPLOY = ROOT / "deploy"
NAMES = re.compile(r"\b(?:pactwatch|process)_[a-z_]+")
SAMPLE = re.compile(r"^([a-z_]+)(?:{(.*)})? (\S+)$")
LABEL = re.compile(r'([a-z_]+)="([^"]*)"')
OPEN = {"version", "python", "le"}
"""Labels whose values are no list of ours."""
CLOSED = {
    "pactwatch_disk": {each.value for each in Disk},
    "platform": {"telegram", "discord"},
    "command": {each.name for each in COMMANDS} | {"other"},
    "outcome": {"answered", "closest", "unknown", "refused", "mistake", "silence"},
    "status": {"401", "403", "409", "429", "2xx", "3xx", "4xx", "5xx"},
    "state": {"queued", "started", "delivered", "uncertain", "rejected", "expired", "cancelled"},
    "part": {"telegram", "discord", "database"},
    "about": {"platform", "chat"},
    "duty": {"clock", "telegram outbox", "discord outbox", "telegram updates"},
    "database": {"sqlite", "postgresql"},
}


async def test_what_the_service_says_of_itself(folder: Path) -> None:
    """Metrics count answers and name nobody; all that dashboard and alerts ask for is there; a revoked token is seen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(folder / "notify"))
        systemd.settimeout(0)
        heard: list[str] = []
        loop = asyncio.get_running_loop()
        # Read at once, as systemd does: a socket holds ten messages.
        loop.add_reader(systemd, lambda: heard.extend(systemd.recv(4096).decode().splitlines()))
        async with telegram_api() as telegram, discord_api() as discord:
            settings = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "2000000"}
            async with running_service(folder, telegram=telegram, discord=discord, **settings) as service:
                person = {"id": 98_765_432, "first_name": "Zebedee", "language_code": "en"}
                for line in ("/treaty 4", "/treaty 4", "/search pineapple", "/pineapple"):
                    await telegram.say(line, user=person)
                await discord.slash("treaty", {"article": "4"})
                await telegram.fault(method="sendMessage", status=429, retry_after=1, description="Too Many Requests")
                await telegram.say("/treaty 5", user=person)
                page = await metrics(service)
                _named_nobody(page)
                assert 'answers_total{command="treaty",outcome="answered",platform="telegram"} 3.0' in page
                assert 'answers_total{command="treaty",outcome="answered",platform="discord"} 1.0' in page
                assert 'answers_total{command="other",outcome="mistake",platform="telegram"} 1.0' in page
                assert 'answer_seconds_count{platform="telegram"} 5.0' in page
                assert re.search(r'refusals_total{platform="telegram",status="429"} [1-9]', page)
                assert "pactwatch_ready 1.0" in page
                _knows_all_that_is_asked_for(page)
                assert (await told(service, "/healthz"))["status"] == "alive"
                assert await told(service, "/readyz") == {
                    "ready": True,
                    "parts": {"telegram": True, "discord": True, "database": True},
                }
                await telegram.fault(method="getUpdates", status=401, description="Unauthorized", count=1_000)
                await telegram.write("/treaty 6", user=person)

                async def red() -> bool:
                    found = await told(service, "/readyz")
                    is_told = "STATUS=waiting for telegram" in heard
                    return found["ready"] is False and found["parts"]["telegram"] is False and is_told

                await until(red, "a revoked token makes readiness red", 10)
                assert 'pactwatch_part_ready{part="telegram"} 0.0' in await metrics(service)
                assert 'pactwatch_part_ready{part="discord"} 1.0' in await metrics(service)
                assert await service.stop() == 0
        loop.remove_reader(systemd)
        assert heard.count("READY=1") == 1
        assert heard.index("READY=1") < heard.index("STOPPING=1")
        assert "WATCHDOG=1" in heard


def _named_nobody(page: str) -> None:
    assert not re.search(r"98765432|9\.8765432|pineapple|Zebedee", page)
    for sample in filter(None, map(SAMPLE.match, page.splitlines())):
        for label, value in LABEL.findall(sample[2] or ""):
            assert label in OPEN or value in CLOSED.get(label, {value} if label == "trouble" else set()), sample[0]


def _knows_all_that_is_asked_for(page: str) -> None:
    known = {each[1] for each in map(SAMPLE.match, page.splitlines()) if each}
    alerts = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    asked = [rule["expr"] for rule in rules]
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    assert len(rules) >= 9
    assert len(asked) > len(rules) + 10
    assert set(NAMES.findall(" ".join(asked))) <= known
    assert all(rule["annotations"]["summary"] and rule["annotations"]["action"] for rule in rules)
    assert {each["type"] for each in dashboard["templating"]["list"]} >= {"datasource"}
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(numbers) == len(set(numbers))


async def metrics(service: Service) -> str:
    """What Prometheus reads."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        return await answer.text()


async def told(service: Service, path: str) -> Any:
    """What the service says at an address of its own."""
    async with aiohttp.ClientSession() as session, session.get(f"http://{service.address}{path}") as answer:
        return await answer.json()
