using ClusterPanel.Core.Auditing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("AuditLog");
        builder.HasKey(e => e.Number);
        builder.Property(e => e.Number).ValueGeneratedOnAdd();
        builder.Property(e => e.User).HasMaxLength(256);
        builder.Property(e => e.Token).HasMaxLength(64);
        builder.Property(e => e.From).HasMaxLength(64);
        builder.Property(e => e.Action).HasMaxLength(64);
    }
}
