"""What each command does, free of any platform. The list below is all there is: nothing registers itself."""

from __future__ import annotations

from bot.core.commands import Command
from handlers.asking import ask, check, notify, show_questions
from handlers.entries import show_fact, show_history, show_latest, show_sources, show_timeline, show_topics
from handlers.help import show_help, start
from handlers.lookup import search
from handlers.people import show_people
from handlers.personal import language
from handlers.privacy import forget_me, my_data, privacy
from handlers.proposing import add_fact, edit_fact, report, retract, suggest
from handlers.review import approve, freeze, reject, schedule, show_queue, undo, withdraw
from handlers.settings import settings
from handlers.staff import link, roles
from handlers.subscriptions import subscribe, unsubscribe
from handlers.treaty import compare, show_article
from handlers.why import why

COMMANDS: tuple[Command, ...] = (
    start,
    show_help,
    show_article,
    show_fact,
    show_sources,
    show_history,
    show_timeline,
    show_latest,
    compare,
    show_topics,
    show_people,
    ask,
    search,
    check,
    notify,
    language,
    subscribe,
    unsubscribe,
    settings,
    why,
    suggest,
    report,
    withdraw,
    privacy,
    my_data,
    forget_me,
    link,
    add_fact,
    edit_fact,
    retract,
    show_queue,
    show_questions,
    approve,
    reject,
    schedule,
    undo,
    freeze,
    roles,
)
"""In the order in which `/help` and the platforms' menus show them."""
