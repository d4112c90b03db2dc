"""Credit reports that were handed out, and which records stood in each, so that whoever got one can be told of an error."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Instant, SealedText
from .document import Document
from .party import Person, Subject


class CreditReport(Base):
    """A report about a subject, for one user and one purpose. `contact` is how that user is reached."""

    __tablename__ = "credit_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("subject.id"), index=True)
    given_to: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(200))
    contact: Mapped[str] = mapped_column(SealedText, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    document: Mapped[Document] = relationship()
    subject: Mapped[Subject] = relationship()
    by: Mapped[Person | None] = relationship()


class ReportedRecord(Base):
    """One record that stood in a report."""

    __tablename__ = "reported_record"

    report_id: Mapped[int] = mapped_column(ForeignKey("credit_report.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("credit_record.id"), primary_key=True, index=True)
