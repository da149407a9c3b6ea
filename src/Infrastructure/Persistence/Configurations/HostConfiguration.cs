using ClusterPanel.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class HostConfiguration : IEntityTypeConfiguration<Host>
{
    public void Configure(EntityTypeBuilder<Host> builder)
    {
        builder.Property(h => h.Id).ValueGeneratedNever();
        builder.HasIndex(h => h.Name).IsUnique();
        builder.HasIndex(h => new { h.Address, h.Port }).IsUnique();
        builder.Property(h => h.LastError).HasConversion<PlainText>();
        builder.Property(h => h.Version).IsConcurrencyToken();
        builder.HasOne<Credential>().WithMany().HasForeignKey(h => h.CredentialId).OnDelete(DeleteBehavior.Restrict);
    }
}
